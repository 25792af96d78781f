using Podkit.Client.Watching;

namespace Podkit.Client;

/// <summary>
/// The last objects that went, with the version at which they did: an event that comes late, from before that, must not raise them. Kubernetes promises
/// events in order; this is for what stands between.
/// </summary>
internal sealed class Tombstones
{
    private const int Most = 1024;

    private readonly Dictionary<ObjectKey, string> _versions = [];
    private readonly Queue<(ObjectKey Key, string Version)> _order = new();

    public void Add(ObjectKey key, string? version)
    {
        if (string.IsNullOrEmpty(version)) return;
        _versions[key] = version;
        _order.Enqueue((key, version));
        if (_order.Count <= Most) return;
        var (oldest, at) = _order.Dequeue();
        if (_versions.TryGetValue(oldest, out var last) && last == at) _versions.Remove(oldest);
    }

    public bool IsFromBefore(ObjectKey key, string? version) => _versions.TryGetValue(key, out var gone) && ResourceVersions.IsOlder(version, gone);

    public void Clear()
    {
        _versions.Clear();
        _order.Clear();
    }
}
