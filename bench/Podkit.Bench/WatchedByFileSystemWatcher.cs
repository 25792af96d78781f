using System.Diagnostics;
using Podkit.DownwardApi;
using Podkit.Metadata.Testing;

namespace Podkit.Bench;

/// <summary>
/// What an app does without the library: a FileSystemWatcher on the volume's directory that takes every event as a reason to read and parse the file
/// of the labels again. (One on the file itself, as reloadOnChange has it, is never told of a swap.)
/// </summary>
internal sealed class WatchedByFileSystemWatcher : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly string _labels;
    private volatile Waiting? _waiting;

    public WatchedByFileSystemWatcher(string directory)
    {
        _labels = Path.Combine(directory, "labels");
        _watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite };
        _watcher.Created += (_, _) => Read();
        _watcher.Renamed += (_, _) => Read();
        _watcher.Changed += (_, _) => Read();
        _watcher.EnableRaisingEvents = true;
    }

    public void Dispose() => _watcher.Dispose();

    /// <summary>Milliseconds from the swap to the callback; null when it is never called.</summary>
    public async Task<double?> MeasureAsync(FakePod pod, string value, TimeSpan patience, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(value);
        _waiting = waiting;
        pod.SetLabel("n", value);
        try
        {
            var at = await waiting.Told.Task.WaitAsync(patience, cancellationToken);
            return Math.Max(0, Stopwatch.GetElapsedTime(pod.SwappedAt, at).TotalMilliseconds);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private void Read()
    {
        try
        {
            if (_waiting is { } waiting && WholeMap.ParseUtf8(File.ReadAllBytes(_labels)).GetValueOrDefault("n") == waiting.Value) waiting.Told.TrySetResult(Stopwatch.GetTimestamp());
        }
        catch (IOException)
        {
            return; // Between two versions.
        }
    }

    private sealed record Waiting(string Value)
    {
        public TaskCompletionSource<long> Told { get; } = new();
    }
}
