using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary>The administrator's kubeconfig while a cluster runs. Only its owner can read it; it goes with the cluster.</summary>
internal sealed class KubeconfigFile : IDisposable
{
    private const string Mark = "# podkit: a local cluster; this file goes with it\n";
    private readonly DirectoryInfo? temporary;
    private string? written;

    private KubeconfigFile(string path, DirectoryInfo? temporary)
    {
        Path = path;
        this.temporary = temporary;
    }

    public string Path { get; }

    /// <summary>Chooses the place, before anything runs.</summary>
    /// <exception cref="CliException">A file of someone else is there.</exception>
    public static KubeconfigFile Choose(string? path)
    {
        if (path is null)
        {
            var directory = Directory.CreateTempSubdirectory("podkit-");
            return new KubeconfigFile(System.IO.Path.Combine(directory.FullName, "kubeconfig"), directory);
        }

        path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(path)) throw CliException.BadInput($"--kubeconfig {path}: is a folder");
        if (File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } text && !text.StartsWith(Mark, StringComparison.Ordinal))
            throw CliException.BadInput($"--kubeconfig {path}: the file is not podkit's, and is left alone; name another");
        return new KubeconfigFile(path, null);
    }

    /// <summary>Writes the kubeconfig whole or not at all.</summary>
    public void Write(string kubeconfig)
    {
        var next = $"{Path}.{Environment.ProcessId}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(next, options))
            using (var writer = new StreamWriter(stream)) writer.Write(Mark + kubeconfig);
            File.Move(next, Path, overwrite: true);
            written = Mark + kubeconfig;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failure($"the kubeconfig cannot be written to {Path}: {e.Message}", e);
        }
    }

    /// <summary>Removes what was written, unless someone else has changed it.</summary>
    public void Dispose()
    {
        if (temporary is not null) temporary.Delete(recursive: true);
        else if (written is not null && File.Exists(Path) && File.ReadAllText(Path) == written) File.Delete(Path);
    }
}
