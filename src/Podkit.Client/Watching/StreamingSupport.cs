using System.Collections.Concurrent;
using Podkit.Model;

namespace Podkit.Client.Watching;

/// <summary>
/// Which resources a server does not stream lists of, remembered for as long as the client lives: it is asked once. By resource, because
/// aggregated API servers differ from the one in front of them.
/// </summary>
internal sealed class StreamingSupport
{
    private readonly ConcurrentDictionary<(string Group, string Version, string Resource), bool> _refused = new();

    public bool MayStream(ResourceKind kind) => !_refused.ContainsKey((kind.Group, kind.Version, kind.Resource));

    public void Refused(ResourceKind kind) => _refused[(kind.Group, kind.Version, kind.Resource)] = true;
}
