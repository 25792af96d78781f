using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Bootstrap;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Authorization;

/// <summary>What is stored, in memory.</summary>
internal sealed class FakeObjects : IObjectReader
{
    private static readonly Lazy<List<StoredObject>> Bootstrap = new(() => [.. BootstrapPolicy.Objects().Select(o => Store(o.Document, 1))]);

    private readonly SortedDictionary<(string Kind, string Namespace, string Name), StoredObject> objects = [];
    private readonly Dictionary<ResourceKind, long> changes = [];

    public long Revision { get; private set; }

    /// <summary>How often lists were read.</summary>
    public int Lists { get; set; }

    /// <summary>How often single objects were read.</summary>
    public int Finds { get; set; }

    public static FakeObjects WithBootstrapPolicy()
    {
        var objects = new FakeObjects();
        foreach (var stored in Bootstrap.Value) objects.Put(stored);
        return objects;
    }

    public StoredObject Put(string json) => Put(JsonNode.Parse(json)!.AsObject());

    public StoredObject Put(JsonObject document) => Put(Store(document, Revision + 1));

    public void Delete(StoredObject obj)
    {
        objects.Remove((obj.Kind.Kind, obj.Namespace, obj.Name));
        changes[obj.Kind] = ++Revision;
    }

    public StoredObject? Find(ResourceKind kind, string ns, string name)
    {
        Finds++;
        return objects.GetValueOrDefault((kind.Kind, kind.Namespaced ? ns : "", name));
    }

    public IReadOnlyList<StoredObject> List(ResourceKind kind, string ns = "")
    {
        Lists++;
        return [.. objects.Values.Where(o => o.Kind == kind && (ns.Length == 0 || o.Namespace == ns))];
    }

    public long LastChange(ResourceKind kind) => changes.GetValueOrDefault(kind);

    private StoredObject Put(StoredObject stored)
    {
        objects[(stored.Kind.Kind, stored.Namespace, stored.Name)] = stored;
        changes[stored.Kind] = ++Revision;
        return stored;
    }

    private static StoredObject Store(JsonObject document, long revision)
    {
        var kind = ResourceTable.FindKind((string)document["apiVersion"]!, (string)document["kind"]!)!;
        document["metadata"]!["uid"] ??= Guid.NewGuid().ToString();
        return StoredDocument.Of(kind, document).At(revision);
    }
}
