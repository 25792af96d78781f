using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer;

/// <summary>A store that holds nothing.</summary>
internal sealed class NoObjects : IObjectReader
{
    public static NoObjects Instance { get; } = new();

    public long Revision => 0;

    public StoredObject? Find(ResourceKind kind, string ns, string name) => null;

    public IReadOnlyList<StoredObject> List(ResourceKind kind, string ns = "") => [];

    public long LastChange(ResourceKind kind) => 0;
}
