namespace Podkit.EndToEnd.Tests.Harness;

/// <summary><c>podkit run</c> or <c>podkit up</c> as a user starts it, in a folder of its own.</summary>
internal sealed class LocalPod : IAsyncDisposable
{
    private readonly DirectoryInfo directory;

    private LocalPod(DirectoryInfo directory, Program program, string kubeconfig)
    {
        this.directory = directory;
        Program = program;
        Kubeconfig = kubeconfig;
    }

    public Program Program { get; }

    public string Kubeconfig { get; }

    public static LocalPod Run(string manifest, params string[] arguments) => Start(["run"], manifest, arguments);

    public static LocalPod RunFolder(string folder, params string[] arguments) => Start(["run", folder], null, arguments);

    public static LocalPod Up(params string[] arguments) => Start(["up"], null, arguments);

    /// <summary>Runs podkit to its end.</summary>
    public static async Task<(int ExitCode, string Output)> PodkitAsync(IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var program = Program.Start(Repository.Podkit, arguments, input, environment);
        return (await program.EndAsync(), program.Output);
    }

    public Task ReadyAsync() => Program.WaitForAsync($"ready: kubeconfig {Kubeconfig}");

    /// <summary>Runs kubectl to its end.</summary>
    public async Task<(int ExitCode, string Output)> KubectlAsync(params string[] arguments)
    {
        await using var program = StartKubectl(arguments);
        return (await program.EndAsync(), program.Output);
    }

    /// <summary>Runs kubectl to its end, with what it reads.</summary>
    public async Task<(int ExitCode, string Output)> KubectlWithInputAsync(string input, params string[] arguments)
    {
        await using var program = StartKubectl(arguments, input);
        return (await program.EndAsync(), program.Output);
    }

    public Program StartKubectl(params string[] arguments) => StartKubectl(arguments, input: null);

    /// <summary>Ctrl-C, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Program.Signal(2);
        return await Program.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private Program StartKubectl(string[] arguments, string? input) =>
        Program.Start(Repository.Kubectl, ["--kubeconfig", Kubeconfig, .. arguments], input, new Dictionary<string, string> { ["HOME"] = directory.FullName });

    private static LocalPod Start(string[] command, string? manifest, string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("podkit-e2e-");
        var kubeconfig = Path.Combine(directory.FullName, "kubeconfig");
        List<string> all = [.. command];
        if (manifest is not null)
        {
            var file = Path.Combine(directory.FullName, "pod.yaml");
            File.WriteAllText(file, manifest);
            all.Add(file);
        }

        return new LocalPod(directory, Program.Start(Repository.Podkit, [.. all, "--kubeconfig", kubeconfig, .. arguments]), kubeconfig);
    }
}
