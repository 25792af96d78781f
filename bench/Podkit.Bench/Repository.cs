namespace Podkit.Bench;

/// <summary>Where the repository is.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Podkit.slnx"))) directory = directory.Parent ?? throw new InvalidOperationException("run the benches inside the repository");
        return directory.FullName;
    }
}
