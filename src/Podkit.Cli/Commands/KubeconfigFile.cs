using System.Diagnostics;
using System.Globalization;
using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary>The administrator's kubeconfig while a cluster runs. Only its owner can read it; it goes with the cluster.</summary>
internal sealed class KubeconfigFile : IDisposable
{
    private const string Mark = "# podkit: a local cluster; this file goes with it: process ";
    private const string TemporaryName = "podkit-";
    private const string FileName = "kubeconfig";
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
            RemoveAbandoned();
            var directory = Directory.CreateTempSubdirectory(TemporaryName);
            return new KubeconfigFile(System.IO.Path.Combine(directory.FullName, FileName), directory);
        }

        path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(path)) throw CliException.BadInput($"--kubeconfig {path}: is a folder");
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path))) throw CliException.BadInput($"--kubeconfig {path}: there is no folder {System.IO.Path.GetDirectoryName(path)}");
        if (Read(path) is { Length: > 0 } text)
        {
            if (!text.StartsWith(Mark, StringComparison.Ordinal)) throw CliException.BadInput($"--kubeconfig {path}: the file is not podkit's, and is left alone; name another");
            if (Writer(text) is { } writer) throw CliException.BadInput($"--kubeconfig {path}: the file is that of a cluster that runs (process {writer}); name another");
        }

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
            using (var writer = new StreamWriter(stream)) writer.Write(Head + kubeconfig);
            File.Move(next, Path, overwrite: true);
            written = Head + kubeconfig;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failure($"the kubeconfig cannot be written to {Path}: {e.Message}", e);
        }
    }

    private static string Head => $"{Mark}{Environment.ProcessId}\n";

    /// <summary>The process that wrote a kubeconfig, if it runs and is another one.</summary>
    private static int? Writer(string text) =>
        int.TryParse(text.AsSpan(Mark.Length, Math.Max(0, text.IndexOf('\n', StringComparison.Ordinal) - Mark.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var writer)
        && writer != Environment.ProcessId && IsRunning(writer) ? writer : null;

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.BadInput($"--kubeconfig {path}: {e.Message}");
        }
    }

    /// <summary>A podkit that was killed leaves its folder behind: the next one removes it.</summary>
    private static void RemoveAbandoned()
    {
        foreach (var directory in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), TemporaryName + "*"))
        {
            try
            {
                var file = System.IO.Path.Combine(directory, FileName);
                if (File.Exists(file) && File.ReadAllText(file) is { } text && text.StartsWith(Mark, StringComparison.Ordinal) && Writer(text) is null) Directory.Delete(directory, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or one that has just gone.
            }
        }
    }

    /// <summary>Removes what was written, unless someone else has changed it.</summary>
    public void Dispose()
    {
        if (temporary is not null) temporary.Delete(recursive: true);
        else if (written is not null && File.Exists(Path) && File.ReadAllText(Path) == written) File.Delete(Path);
    }
}
