using System.Text.Json.Nodes;
using Podkit.ApiServer.Admission;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer;

/// <summary>
/// What the API server would make of an object and what it would refuse, without a server: for tools that look at manifests. It
/// knows no other objects, so what depends on them (does the namespace exist, is the address free) is not told.
/// </summary>
public static class ObjectRules
{
    private static readonly Lazy<StrategyRegistry> Strategies = new(() =>
    {
        var strategies = new StrategyRegistry();
        KindStrategies.Register(strategies);
        return strategies;
    });

    /// <summary>The object with the server's defaults, in a namespace; a pod also with its service account's mount, in a volume named <c>kube-api-access</c>.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="value">The object; it is not changed.</param>
    /// <param name="ns">The namespace, for kinds that have one.</param>
    /// <param name="mountByDefault">Whether the pod's service account lets its token be mounted, where the pod itself does not say.</param>
    public static JsonObject Complete(ResourceKind kind, JsonObject value, string ns, bool mountByDefault = true)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(value);
        var document = (JsonObject)value.DeepClone();
        if (kind.Namespaced && document["metadata"] is JsonObject metadata) metadata["namespace"] ??= ns;
        Strategies.Value.Of(kind).Default(document);
        if (kind.Kind == "Pod") ServiceAccountAdmission.Mount(document, mountByDefault, "kube-api-access");
        return document;
    }

    /// <summary>What the server would refuse, worded as it would.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="value">The object; it is not changed. Its fields have the types of its schema.</param>
    /// <param name="ns">The namespace, for kinds that have one.</param>
    public static IReadOnlyList<FieldError> Validate(ResourceKind kind, JsonObject value, string ns)
    {
        var document = Complete(kind, value, ns);
        var strategy = Strategies.Value.Of(kind);
        var name = document["metadata"]?["name"]?.ToString() ?? "";
        if (name.Length == 0 && document["metadata"]?["generateName"] is { } prefix) document["metadata"]!["name"] = name = prefix + "00000";
        var context = new OperationContext
        {
            Operation = Operation.Create,
            Kind = kind,
            Request = new RequestInfo { Path = kind.Path(ns), Verb = "create" },
            User = UserInfo.Server,
            Objects = NoObjects.Instance,
            Time = TimeProvider.System,
            Namespace = kind.Namespaced ? ns : "",
            Name = name,
        };
        strategy.PrepareForCreate(document, context);
        var errors = new List<FieldError>();
        ObjectMetaValidation.Validate(document, strategy, errors);
        strategy.Validate(document, context, errors);
        return errors;
    }
}
