using System.Text;

namespace Podkit.Node.Tests.Runtime;

/// <summary>Runs containers in tests.</summary>
internal sealed class Containers : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;

    private Containers(IContainerRuntime runtime, TemporaryDirectory directory) => (Runtime, _directory) = (runtime, directory);

    public IContainerRuntime Runtime { get; }

    public string PodDirectory => _directory.Path;

    public static List<string> Notices { get; } = [];

    public static async Task<Containers> CreateAsync(RuntimeChoice choice) =>
        new(await RuntimeSelector.CreateAsync(choice, new ListNotices(), TimeProvider.System, CancellationToken.None), new TemporaryDirectory("/dev/shm"));

    /// <summary>A directory on this machine to mount.</summary>
    public string Volume(string name, params (string Path, string Content)[] files)
    {
        var directory = _directory.Sub(name);
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, path))!);
            File.WriteAllText(Path.Combine(directory, path), content);
        }

        return directory;
    }

    public ContainerSpec Spec(params string[] command) => new()
    {
        PodUid = "7f3c",
        PodName = "web-0",
        PodNamespace = "default",
        Hostname = "web-0",
        ContainerName = "app",
        Image = "busybox:1.36",
        Command = command,
        PodDirectory = _directory.Path,
    };

    public ContainerSpec Shell(string script) => Spec("sh", "-c", script);

    public Task<IContainerProcess> StartAsync(ContainerSpec spec) => Runtime.StartAsync(spec, CancellationToken.None);

    /// <summary>Runs a container to its end.</summary>
    public async Task<(string Output, string Error, ProcessExit Exit)> RunAsync(ContainerSpec spec)
    {
        await using var process = await StartAsync(spec);
        var output = ReadAsync(process.StandardOutput);
        var error = ReadAsync(process.StandardError);
        var exit = await process.Completion;
        return (await output, await error, exit);
    }

    /// <summary>Runs a script and gives its output; fails unless it succeeds.</summary>
    public async Task<string> OutputAsync(ContainerSpec spec)
    {
        var (output, error, exit) = await RunAsync(spec);
        exit.ExitCode.ShouldBe(0, error);
        return output;
    }

    public static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        _directory.Dispose();
    }

    private sealed class ListNotices : INodeNotices
    {
        public void Say(string text)
        {
            lock (Notices) Notices.Add(text);
        }
    }
}
