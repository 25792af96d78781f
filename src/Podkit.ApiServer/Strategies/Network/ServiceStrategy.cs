using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to Services: what the server hands out stays with them.</summary>
internal sealed class ServiceStrategy() : ResourceStrategy(ResourceTable.Get("", "v1", "services"))
{
    private const int FirstNodePort = 30000;
    private const int NodePorts = 2768;

    public override IReadOnlyDictionary<string, string> SelectableFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["spec.clusterIP"] = "spec.clusterIP",
        ["spec.type"] = "spec.type",
    };

    /// <inheritdoc/>
    public override IReadOnlyList<string> ValidateName(string name) => Names.IsDns1035Label(name);

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => ServiceDefaults.Apply(obj);

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        base.PrepareForCreate(obj, context);
        ServiceDefaults.ApplyFamilies(obj);
        AllocateNodePorts(obj, context.Objects);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, OperationContext context)
    {
        base.PrepareForUpdate(obj, old, context);
        if (context.Subresource.Length > 0) return;
        KeepAllocated(obj.EnsureObject("spec"), old.EnsureObject("spec"));
        ServiceDefaults.ApplyFamilies(obj);
        AllocateNodePorts(obj, context.Objects);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors) => ServiceValidation.Validate(obj, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, OperationContext context, List<FieldError> errors)
    {
        ServiceValidation.Validate(obj, errors);
        ServiceValidation.ValidateUpdate(obj, old, errors);
    }

    /// <summary>A client that leaves out what the server handed out means no change.</summary>
    private static void KeepAllocated(JsonObject spec, JsonObject old)
    {
        var hasAddress = spec.Text("type") != "ExternalName";
        if (!hasAddress)
        {
            foreach (var field in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) spec.Remove(field);
            return;
        }

        foreach (var field in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
        {
            if (spec[field] is null || spec.Text(field) is "" && spec[field] is JsonValue) ObjectUpdates.Keep(spec, old, field);
        }

        if (!UsesNodePorts(spec)) return;
        foreach (var port in spec.Objects("ports").Where(p => p.Number("nodePort") is null or 0))
        {
            var before = old.Objects("ports").FirstOrDefault(p => p.Number("port") == port.Number("port") && p.Text("protocol") == port.Text("protocol"));
            if (before?["nodePort"] is { } number) port["nodePort"] = number.DeepClone();
        }
    }

    private void AllocateNodePorts(JsonObject obj, IObjectReader objects)
    {
        var spec = obj.EnsureObject("spec");
        if (!UsesNodePorts(spec)) return;
        var taken = objects.List(Kind).SelectMany(s => s.ToJson().Object("spec").Objects("ports")).Select(p => p.Number("nodePort") ?? 0).ToHashSet();
        foreach (var port in spec.Objects("ports").Where(p => p.Number("nodePort") is null or 0))
        {
            var start = RandomNumberGenerator.GetInt32(NodePorts);
            var number = Enumerable.Range(0, NodePorts).Select(i => FirstNodePort + ((start + i) % NodePorts)).FirstOrDefault(p => taken.Add(p));
            if (number != 0) port["nodePort"] = number;
        }
    }

    private static bool UsesNodePorts(JsonObject spec) =>
        spec.Text("type") == "NodePort" || (spec.Text("type") == "LoadBalancer" && spec.Flag("allocateLoadBalancerNodePorts", missing: true));
}
