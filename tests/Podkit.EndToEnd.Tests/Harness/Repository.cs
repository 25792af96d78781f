namespace Podkit.EndToEnd.Tests.Harness;

/// <summary>What the tests run: the launcher of this repository and the clients that eng/install-test-tools has found.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Podkit { get; } = Path.Combine(Root, "podkit");

    public static string Example { get; } = Path.Combine(Root, "examples", "self-aware-pod");

    public static string Kubectl { get; } = Environment.GetEnvironmentVariable("PODKIT_TEST_KUBECTL") ?? "kubectl";

    public static string Python { get; } = Environment.GetEnvironmentVariable("PODKIT_TEST_PYTHON") ?? "/usr/bin/python3";

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Podkit.slnx"))) directory = directory.Parent!;
        return directory.FullName;
    }
}
