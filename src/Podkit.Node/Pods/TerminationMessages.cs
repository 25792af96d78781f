using System.Text;
using Podkit.Model.Core.V1;
using Podkit.Node.Interop;
using Podkit.Node.Logs;

namespace Podkit.Node.Pods;

/// <summary>What a container leaves as its last words.</summary>
internal static class TerminationMessages
{
    private const int LongestFile = 4096;
    private const int LongestLog = 2048;
    private const int MostLogLines = 80;

    /// <summary>The file that a run of a container may write.</summary>
    public static string FileOf(string podDirectory, string container, int run) => Directory.CreateDirectory(Path.Combine(podDirectory, "termination")).FullName + $"/{container}.{run}";

    /// <summary>What the run left: its file, or the end of its log when that is asked for, the file is empty and it failed.</summary>
    public static async Task<string?> ReadAsync(Container container, string file, LogFile log, bool failed, CancellationToken cancellationToken)
    {
        var text = await ReadFileAsync(file, cancellationToken).ConfigureAwait(false);
        var fallBack = text.Length == 0 && failed && container.TerminationMessagePolicy == "FallbackToLogsOnError";
        if (fallBack) text = await ReadLogAsync(log, cancellationToken).ConfigureAwait(false);
        return text.Length == 0 ? null : text;
    }

    private static async Task<string> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        // A container may have put something else in its place; nothing of it runs any more.
        if (FileStatus.Find(file, follow: false) is not { IsFile: true }) return "";
        var buffer = new byte[LongestFile];
        var stream = File.OpenRead(file);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(buffer, LongestFile, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    private static async Task<string> ReadLogAsync(LogFile log, CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        await foreach (var piece in LogReader.ReadAsync(log, new() { TailLines = MostLogLines }, cancellationToken).ConfigureAwait(false)) text.Write(piece.Span);
        var bytes = text.GetBuffer().AsSpan(0, (int)text.Length);
        return Encoding.UTF8.GetString(bytes.Length > LongestLog ? bytes[^LongestLog..] : bytes);
    }
}
