using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>
/// Keeps the taint <c>node.kubernetes.io/not-ready</c> in step with a node's condition Ready, as the node lifecycle controller
/// does: the server taints each new node, and without this nothing would ever be scheduled to it.
/// </summary>
internal sealed class NodeReadiness(ServerServices services) : IController
{
    private const string Taint = "node.kubernetes.io/not-ready";
    private const string Effect = "NoSchedule";
    private static readonly ResourceKind Nodes = ResourceTable.Get("", "v1", "nodes");

    public string Name => "node-readiness";

    public DateTimeOffset? Due => null;

    public void Resync()
    {
        foreach (var node in services.Store.List(Nodes)) Reconcile(node);
    }

    public void Handle(StoreEvent written)
    {
        if (written.Object.Kind == Nodes && services.Store.Find(Nodes, "", written.Object.Name) is { } node) Reconcile(node);
    }

    public void Tick()
    {
    }

    /// <summary>A write that comes between is an event of its own, and brings the controller back here.</summary>
    private void Reconcile(StoredObject node)
    {
        var document = node.ToJson();
        var condition = document.Object("status").Objects("conditions").FirstOrDefault(c => c.Text("type") == "Ready");
        if (condition is null) return;
        var ready = condition.Text("status") == "True";
        var spec = document.EnsureObject("spec");
        var taints = spec.Objects("taints").Where(t => t.Text("key") == Taint && t.Text("effect") == Effect).ToList();
        if (ready == (taints.Count == 0)) return;
        if (ready)
        {
            var all = (JsonArray)spec["taints"]!;
            foreach (var taint in taints) all.Remove(taint);
            if (all.Count == 0) spec.Remove("taints");
        }
        else spec.EnsureList("taints").Append(new JsonObject { ["key"] = Taint, ["effect"] = Effect });

        services.Store.Update(node, StoredDocument.Of(Nodes, document));
    }
}
