using System.Text.Json.Nodes;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Strategies;

/// <summary>A store that holds what a test puts into it.</summary>
internal sealed class ObjectsInMemory : IObjectReader
{
    private readonly List<StoredObject> objects = [];

    public long Revision => objects.Count;

    public ObjectsInMemory With(ResourceKind kind, string ns, string name, string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        var metadata = document["metadata"] as JsonObject ?? [];
        metadata["name"] = name;
        if (ns.Length > 0) metadata["namespace"] = ns;
        metadata["uid"] = "uid-" + name;
        if (metadata.Parent is null) document["metadata"] = metadata;
        objects.Add(StoredDocument.Of(kind, document).At(objects.Count + 1));
        return this;
    }

    public StoredObject? Find(ResourceKind kind, string ns, string name) => objects.Find(o => o.Kind == kind && o.Namespace == ns && o.Name == name);

    public IReadOnlyList<StoredObject> List(ResourceKind kind, string ns = "") => objects.FindAll(o => o.Kind == kind && (ns.Length == 0 || o.Namespace == ns));

    public long LastChange(ResourceKind kind) => objects.Count;
}
