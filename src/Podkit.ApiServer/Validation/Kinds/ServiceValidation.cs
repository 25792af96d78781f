using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of Services.</summary>
internal static class ServiceValidation
{
    private const string Headless = "None";
    private static readonly FieldPath Spec = FieldPath.Root("spec");
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    public static void Validate(JsonObject obj, List<FieldError> errors)
    {
        var spec = (obj.Object("spec") ?? []).Deserialize(KubernetesJson.Default.CoreV1ServiceSpec)!;
        if (spec.Ports is not { Count: > 0 } && spec.ClusterIP != Headless && spec.Type != "ExternalName") errors.Add(FieldError.Required(Spec.Child("ports"), ""));
        ValidateType(spec, errors);
        for (var i = 0; i < (spec.Ports?.Count ?? 0); i++) ValidatePort(spec, i, errors);
        ValidateDistinct(spec, errors);
        FieldChecks.Labels(spec.Selector, Spec.Child("selector"), errors);
        FieldChecks.OneOf(spec.SessionAffinity, Spec.Child("sessionAffinity"), errors, optional: false, "ClientIP", Headless);
        if (spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds is { } seconds)
            FieldChecks.Range(seconds, 1, 86400, Spec.Child("sessionAffinityConfig").Child("clientIP").Child("timeoutSeconds"), errors);
        FieldChecks.OneOf(spec.Type, Spec.Child("type"), errors, optional: false, Types);
        if (spec.ExternalTrafficPolicy is { Length: > 0 } external) FieldChecks.OneOf(external, Spec.Child("externalTrafficPolicy"), errors, optional: false, "Cluster", "Local");
        if (spec.InternalTrafficPolicy is { Length: > 0 } intern) FieldChecks.OneOf(intern, Spec.Child("internalTrafficPolicy"), errors, optional: false, "Cluster", "Local");
        ValidateAddresses(spec, errors);
    }

    /// <summary>An address once given stays, as long as the Service has one at all.</summary>
    public static void ValidateUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var (now, before) = (obj.Object("spec"), old.Object("spec"));
        if (now.Text("type") == "ExternalName" || before.Text("type") == "ExternalName") return;
        var (address, earlier) = (now.Text("clusterIP"), before.Text("clusterIP"));
        if (earlier.Length > 0 && address != earlier)
            errors.Add(FieldError.Invalid(Spec.Child("clusterIPs").Index(0), address, "may not change once set"));
    }

    private static void ValidateType(ServiceSpec spec, List<FieldError> errors)
    {
        if (spec.Type == "LoadBalancer" && spec.ClusterIP == Headless)
            errors.Add(FieldError.Invalid(Spec.Child("clusterIPs").Index(0), Headless, "may not be set to 'None' for LoadBalancer services"));
        if (spec.Type == "NodePort" && spec.ClusterIP == Headless)
            errors.Add(FieldError.Invalid(Spec.Child("clusterIPs").Index(0), Headless, "may not be set to 'None' for NodePort services"));
        if (spec.Type != "ExternalName") return;
        if (!string.IsNullOrEmpty(spec.ClusterIP)) errors.Add(FieldError.Forbidden(Spec.Child("clusterIPs"), "may not be set for ExternalName services"));
        var name = (spec.ExternalName ?? "").TrimEnd('.');
        if (name.Length > 0) FieldChecks.DnsSubdomain(name, Spec.Child("externalName"), errors);
        else errors.Add(FieldError.Required(Spec.Child("externalName"), ""));
    }

    private static void ValidatePort(ServiceSpec spec, int index, List<FieldError> errors)
    {
        var (port, path) = (spec.Ports![index], Spec.Child("ports").Index(index));
        if (string.IsNullOrEmpty(port.Name))
        {
            if (spec.Ports.Count > 1) errors.Add(FieldError.Required(path.Child("name"), ""));
        }
        else
        {
            FieldChecks.DnsLabel(port.Name, path.Child("name"), errors);
            if (spec.Ports.Take(index).Any(p => p.Name == port.Name)) errors.Add(FieldError.Duplicate(path.Child("name"), port.Name));
        }

        FieldChecks.Port(port.Port, path.Child("port"), errors);
        FieldChecks.OneOf(port.Protocol, path.Child("protocol"), errors, optional: false, Protocols);
        if (port.TargetPort is { } target) FieldChecks.PortOrName(target, path.Child("targetPort"), errors);
        if (port.AppProtocol is { } protocol) FieldChecks.QualifiedName(protocol, path.Child("appProtocol"), errors);
        if (port.NodePort is { } node and not 0)
        {
            if (spec.Type is not ("NodePort" or "LoadBalancer")) errors.Add(FieldError.Forbidden(path.Child("nodePort"), $"may not be used when `type` is '{spec.Type}'"));
            else FieldChecks.Port(node, path.Child("nodePort"), errors);
        }
    }

    /// <summary>No two ports are the same port of the same protocol.</summary>
    private static void ValidateDistinct(ServiceSpec spec, List<FieldError> errors)
    {
        var ports = new HashSet<(string?, int)>();
        for (var i = 0; i < (spec.Ports?.Count ?? 0); i++)
        {
            var port = spec.Ports![i];
            if (ports.Add((port.Protocol, port.Port))) continue;
            var shown = new JsonObject { ["Name"] = "", ["Protocol"] = port.Protocol, ["AppProtocol"] = null, ["Port"] = port.Port, ["TargetPort"] = 0, ["NodePort"] = 0 };
            errors.Add(FieldError.Duplicate(Spec.Child("ports").Index(i), shown));
        }
    }

    private static void ValidateAddresses(ServiceSpec spec, List<FieldError> errors)
    {
        for (var i = 0; i < (spec.ExternalIPs?.Count ?? 0); i++)
        {
            if (!System.Net.IPAddress.TryParse(spec.ExternalIPs![i], out _))
                errors.Add(FieldError.Invalid(Spec.Child("externalIPs").Index(i), spec.ExternalIPs[i], "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
        }

        if (spec.ClusterIPs is { Count: > 0 } list && !string.IsNullOrEmpty(spec.ClusterIP) && list[0] != spec.ClusterIP)
            errors.Add(FieldError.Invalid(Spec.Child("clusterIPs"), new JsonArray([.. list.Select(a => JsonValue.Create(a))]), "first value must match `clusterIP`"));
    }
}
