using System.Collections.Concurrent;
using Podkit.Model.Core.V1;
using Podkit.Node.Pods;

namespace Podkit.Node.Tests.Agent;

/// <summary>Volumes that remember what they were told, below a real directory.</summary>
internal sealed class FakeVolumes(string root, Action nudge)
{
    /// <summary>The labels that an update showed, pod by pod, as <c>name: k=v</c>.</summary>
    public ConcurrentQueue<string> Shown { get; } = new();

    /// <summary>The annotations of the last pod shown.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; private set; } = new Dictionary<string, string>();

    /// <summary>Thrown by set-ups, one each.</summary>
    public ConcurrentQueue<VolumeException> Failures { get; } = new();

    public int Open { get; private set; }

    public int Updates { get; private set; }

    /// <summary>When a token wants to be refreshed; an update has it refreshed.</summary>
    public DateTimeOffset? NextRefresh { get; set; }

    public IPodVolumes Make(Pod pod)
    {
        Open++;
        var directory = Path.Combine(root, pod.Metadata.Uid!);
        Directory.CreateDirectory(Path.Combine(directory, "termination"));
        return new Set(this, directory);
    }

    private sealed class Set(FakeVolumes all, string directory) : IPodVolumes
    {
        public string PodDirectory => directory;

        public DateTimeOffset? NextRefresh => all.NextRefresh;

        public Task SetUpAsync(Pod pod, CancellationToken cancellationToken)
        {
            if (all.Failures.TryDequeue(out var failure)) throw failure;
            Show(pod);
            return Task.CompletedTask;
        }

        public Task<bool> UpdateAsync(Pod pod, CancellationToken cancellationToken)
        {
            all.NextRefresh = null;
            all.Updates++;
            Show(pod);
            return Task.FromResult(true);
        }

        public IReadOnlyList<ContainerMount> MountsFor(Container container, IReadOnlyDictionary<string, string> environment) => [];

        public ValueTask DisposeAsync()
        {
            all.Open--;
            Directory.Delete(directory, recursive: true);
            all.Note();
            return ValueTask.CompletedTask;
        }

        private void Show(Pod pod)
        {
            all.Annotations = pod.Metadata.Annotations!;
            all.Shown.Enqueue($"{pod.Metadata.Name}: {string.Join(',', (pod.Metadata.Labels ?? []).Select(l => $"{l.Key}={l.Value}"))}");
            all.Note();
        }
    }

    private void Note() => nudge();
}
