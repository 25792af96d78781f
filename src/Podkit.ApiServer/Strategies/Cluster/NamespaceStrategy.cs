using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Errors;
using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to namespaces: a label with their name, and a finalizer in their spec.</summary>
internal sealed class NamespaceStrategy() : ResourceStrategy(ResourceTable.Get("", "v1", "namespaces"))
{
    private const string NameLabel = "kubernetes.io/metadata.name";
    private const string Finalizer = "kubernetes";
    private static readonly HashSet<string> Immortal = ["default", "kube-system", "kube-public"];

    public override IReadOnlyDictionary<string, string> SelectableFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["status.phase"] = "status.phase", ["name"] = "metadata.name" };

    /// <inheritdoc/>
    public override IReadOnlyList<string> ValidateName(string name) => Names.IsDns1123Label(name);

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        var metadata = obj.EnsureObject("metadata");
        if (metadata.Text("name") is { Length: > 0 } name) metadata.EnsureObject("labels")[NameLabel] = name;
        obj.EnsureObject("status").DefaultText("phase", "Active");
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        obj["status"] = new JsonObject { ["phase"] = "Active" };
        var finalizers = obj.EnsureObject("spec").EnsureList("finalizers");
        if (!finalizers.Any(f => f?.ToString() == Finalizer)) finalizers.Append(JsonValue.Create(Finalizer));
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, OperationContext context)
    {
        if (context.Subresource != "finalize") ObjectUpdates.Keep(obj, old, "spec");
        if (context.Subresource != "status") ObjectUpdates.Keep(obj, old, "status");
    }

    /// <inheritdoc/>
    public override void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
        if (context.Operation == Operation.Delete && Immortal.Contains(context.Name))
            throw ApiException.Forbidden("", "namespaces", context.Name, "this namespace may not be deleted");
    }
}
