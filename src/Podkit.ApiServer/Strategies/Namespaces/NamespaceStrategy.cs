using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Serialization;
using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>Namespaces: labelled with their name, kept by a finalizer until they are empty.</summary>
internal sealed class NamespaceStrategy() : ResourceStrategy(Kinds.Namespaces)
{
    private const string NameLabel = "kubernetes.io/metadata.name";
    private const string Finalizer = "kubernetes";
    private static readonly HashSet<string> Immortal = ["default", "kube-system", "kube-public"];

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        var name = obj.Metadata().Text("name");
        if (name.Length > 0) obj.Metadata().Child("labels")[NameLabel] = name;
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        obj["status"] = new JsonObject { ["phase"] = "Active" };
        var spec = obj.Child("spec");
        var finalizers = spec.Texts("finalizers");
        if (!finalizers.Contains(Finalizer)) spec["finalizers"] = new JsonArray([.. finalizers.Append(Finalizer).Select(f => JsonValue.Create(f))]);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, OperationContext context)
    {
        if (context.Subresource == "finalize")
        {
            ObjectUpdates.Keep(obj, old, "status");
            return;
        }

        ObjectUpdates.PrepareForUpdate(Kind, obj, old, context.Subresource);
        ObjectUpdates.Keep(obj, old, "spec");
    }

    /// <inheritdoc/>
    public override void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
        if (context.Operation == Operation.Delete && Immortal.Contains(context.Name))
            throw ApiException.Forbidden("", "namespaces", context.Name, "this namespace may not be deleted");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ValidateName(string name) => Names.IsDns1123Label(name);
}
