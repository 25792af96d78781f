using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>Gives namespaces what every one has, and empties those that are deleted before they go.</summary>
internal sealed class NamespaceController(ServerServices services) : IController
{
    /// <summary>How long a deleted namespace stays at least: clients see it terminate, and writers that have not noticed are refused.</summary>
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(1);

    private static readonly ResourceKind[] Contents = [.. ResourceTable.All.Where(r => r.Namespaced && r.Verbs.Contains("delete"))];
    private readonly Dictionary<string, DateTimeOffset> terminating = new(StringComparer.Ordinal);

    public string Name => "namespace";

    public DateTimeOffset? Due { get; private set; }

    public void Resync()
    {
        terminating.Clear();
        foreach (var ns in services.Store.List(Kinds.Namespaces)) Consider(ns);
        Schedule();
    }

    public void Handle(StoreEvent written)
    {
        var item = written.Object;
        if (item.Kind == Kinds.Namespaces)
        {
            if (written.Deleted) terminating.Remove(item.Name);
            else Consider(item);
            Schedule();
        }
        else if (written.Deleted && item.Namespace.Length > 0)
        {
            OnDeleted(item);
        }
    }

    public void Tick()
    {
        var now = services.Time.GetUtcNow();
        foreach (var (name, at) in terminating.ToList())
        {
            if (at <= now) Finish(name);
        }

        Schedule();
    }

    private void Consider(StoredObject ns)
    {
        if (!IsTerminating(ns))
        {
            services.NamespaceDefaults.Ensure(ns.Name);
            return;
        }

        if (!terminating.TryAdd(ns.Name, services.Time.GetUtcNow() + Stay)) return;
        Empty(ns.Name);
    }

    private void OnDeleted(StoredObject item)
    {
        if (terminating.TryGetValue(item.Namespace, out var at))
        {
            if (at <= services.Time.GetUtcNow()) Finish(item.Namespace);
            return;
        }

        var isDefault = (item.Kind == Kinds.ServiceAccounts && item.Name == NamespaceDefaults.ServiceAccount) || (item.Kind == Kinds.ConfigMaps && item.Name == NamespaceDefaults.AuthorityConfigMap);
        if (isDefault && services.Store.Find(Kinds.Namespaces, "", item.Namespace) is { } ns && !IsTerminating(ns)) services.NamespaceDefaults.Ensure(ns.Name);
    }

    private void Empty(string ns)
    {
        foreach (var item in Contents.SelectMany(kind => services.Store.List(kind, ns)))
        {
            try
            {
                ObjectDeleter.Delete(services, SystemContext.Of(services, item), new DeleteOptions { PropagationPolicy = "Background", Uid = item.Uid });
            }
            catch (ApiException e) when (e.Reason is "NotFound" or "Conflict")
            {
                // It has gone meanwhile, or was replaced: the next pass sees.
            }
        }
    }

    /// <summary>Lets go of a namespace that is empty; one that is not is tried again when an object in it has gone.</summary>
    private void Finish(string name)
    {
        if (services.Store.Find(Kinds.Namespaces, "", name) is not { } ns)
        {
            terminating.Remove(name);
            return;
        }

        Empty(name);
        if (Contents.Any(kind => services.Store.Current(kind).Count(name) > 0))
        {
            terminating[name] = services.Time.GetUtcNow() + Stay;
            return;
        }

        var document = ns.ToJson();
        var spec = document.Child("spec");
        var rest = spec.Texts("finalizers").Where(f => f != "kubernetes").ToList();
        if (rest.Count == 0) spec.Remove("finalizers");
        else spec["finalizers"] = new JsonArray([.. rest.Select(f => JsonValue.Create(f))]);
        var isDone = rest.Count == 0 && document.Metadata()["finalizers"] is not JsonArray { Count: > 0 };
        var written = isDone ? services.Store.Delete(ns, StoredDocument.Of(Kinds.Namespaces, document)) : services.Store.Update(ns, StoredDocument.Of(Kinds.Namespaces, document));
        if (written is not null) terminating.Remove(name);
    }

    private void Schedule() => Due = terminating.Count == 0 ? null : terminating.Values.Min();

    private static bool IsTerminating(StoredObject ns) => ns.Read(KubernetesJson.Default.CoreV1Namespace).Metadata.DeletionTimestamp is not null;
}
