using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;

namespace Podkit.Metadata.Tests;

/// <summary>Metadata that is what a test says.</summary>
internal sealed class StubMetadata : IPodMetadata
{
    public PodSnapshot Current { get; set; } = Pod("production");

    public IChangeToken Changed { get; } = new CancellationChangeToken(CancellationToken.None);

    public PodMetadataStatus Status { get; set; } = new([], []);

    public static PodSnapshot Pod(string? env, string? other = null) => new([])
    {
        Version = 1,
        IsInPod = true,
        Name = "web-1",
        Namespace = "shop",
        NodeName = "n1",
        Labels = new PodMap(new[] { ("env", env), ("other", other) }.Where(l => l.Item2 is not null).Select(l => KeyValuePair.Create(l.Item1, l.Item2!))),
        Annotations = new PodMap([KeyValuePair.Create("team", "a b")]),
    };

    public async IAsyncEnumerable<PodMetadataChange> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }
}
