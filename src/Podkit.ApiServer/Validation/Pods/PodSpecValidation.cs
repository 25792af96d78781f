using System.Net;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of a pod's spec, in a pod or in a template.</summary>
internal static class PodSpecValidation
{
    private static readonly string[] RestartPolicies = ["Always", "OnFailure", "Never"];
    private static readonly string[] DnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

    /// <summary>Checks a spec.</summary>
    /// <param name="spec">The spec, defaults filled in.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isPod">Whether it is a pod's and not a template's.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void Validate(PodSpec spec, FieldPath path, bool isPod, List<FieldError> errors)
    {
        var volumes = VolumeValidation.Validate(spec.Volumes, path.Child("volumes"), errors);
        ContainerValidation.ValidateRegular(spec, volumes, path.Child("containers"), errors);
        ContainerValidation.ValidateInit(spec, volumes, path.Child("initContainers"), errors);
        ContainerValidation.ValidateEphemeral(spec, volumes, path.Child("ephemeralContainers"), errors);
        if (spec.Resources is { } resources) ResourceValidation.ValidatePod(resources, path.Child("resources"), errors);
        FieldChecks.OneOf(spec.RestartPolicy, path.Child("restartPolicy"), errors, optional: false, RestartPolicies);
        FieldChecks.OneOf(spec.DnsPolicy, path.Child("dnsPolicy"), errors, optional: false, DnsPolicies);
        FieldChecks.Labels(spec.NodeSelector, path.Child("nodeSelector"), errors);
        ValidateHostNetwork(spec, path.Child("containers"), isPod, errors);
        SecurityContextValidation.ValidatePod(spec, path, errors);
        if (spec.Affinity is { } affinity) AffinityValidation.Validate(affinity, path.Child("affinity"), errors);
        ValidateDns(spec, path.Child("dnsConfig"), errors);
        ValidateGates(spec, path, errors);
        SchedulingValidation.ValidateSpreading(spec.TopologySpreadConstraints, path.Child("topologySpreadConstraints"), errors);
        ValidateNames(spec, path, errors);
        ValidateDeadlines(spec, path, errors);
        SchedulingValidation.ValidateTolerations(spec.Tolerations, path.Child("tolerations"), errors);
        ValidateHostAliases(spec.HostAliases, path.Child("hostAliases"), errors);
        if (spec.PreemptionPolicy is { } preemption) FieldChecks.OneOf(preemption, path.Child("preemptionPolicy"), errors, optional: false, "PreemptLowerPriority", "Never");
        ResourceValidation.ValidateOverhead(spec.Overhead, path.Child("overhead"), errors);
        if (spec.Os is { } os) FieldChecks.OneOf(os.Name, path.Child("os").Child("name"), errors, optional: false, "linux", "windows");
    }

    /// <summary>On the host's network a container's port is the host's.</summary>
    private static void ValidateHostNetwork(PodSpec spec, FieldPath path, bool isPod, List<FieldError> errors)
    {
        if (spec.HostNetwork != true) return;
        for (var i = 0; i < spec.Containers.Count; i++)
        {
            var ports = spec.Containers[i].Ports ?? [];
            for (var j = 0; j < ports.Count; j++)
            {
                var host = ports[j].HostPort ?? 0;
                if ((isPod || host != 0) && host != ports[j].ContainerPortValue)
                    errors.Add(FieldError.Invalid(path.Index(i).Child("ports").Index(j).Child("hostPort"), host, "must match `containerPort` when `hostNetwork` is true"));
            }
        }
    }

    private static void ValidateDns(PodSpec spec, FieldPath path, List<FieldError> errors)
    {
        var config = spec.DnsConfig;
        if (spec.DnsPolicy == "None" && config is null) errors.Add(FieldError.Required(path, "must provide `dnsConfig` when `dnsPolicy` is None"));
        if (config is null) return;
        if (spec.DnsPolicy == "None" && config.Nameservers is not { Count: > 0 })
        {
            errors.Add(FieldError.Required(path.Child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None"));
            return;
        }

        for (var i = 0; i < (config.Nameservers?.Count ?? 0); i++)
        {
            if (!IPAddress.TryParse(config.Nameservers![i], out _))
                errors.Add(FieldError.Invalid(path.Child("nameservers").Index(i), config.Nameservers[i], "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
        }

        for (var i = 0; i < (config.Options?.Count ?? 0); i++)
        {
            if (string.IsNullOrEmpty(config.Options![i].Name)) errors.Add(FieldError.Required(path.Child("options").Index(i), "must not be empty"));
        }
    }

    private static void ValidateGates(PodSpec spec, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (spec.ReadinessGates?.Count ?? 0); i++)
            FieldChecks.QualifiedName(spec.ReadinessGates![i].ConditionType, path.Child("readinessGates").Index(i).Child("conditionType"), errors);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (spec.SchedulingGates?.Count ?? 0); i++)
        {
            var (gate, place) = (spec.SchedulingGates![i].Name, path.Child("schedulingGates").Index(i));
            FieldChecks.QualifiedName(gate, place, errors);
            if (!seen.Add(gate)) errors.Add(FieldError.Duplicate(place, gate));
        }
    }

    private static void ValidateNames(PodSpec spec, FieldPath path, List<FieldError> errors)
    {
        if (spec.ServiceAccountName is { Length: > 0 } account) FieldChecks.DnsSubdomain(account, path.Child("serviceAccountName"), errors);
        if (spec.NodeName is { Length: > 0 } node) FieldChecks.DnsSubdomain(node, path.Child("nodeName"), errors);
        if (spec.Hostname is { Length: > 0 } hostname) FieldChecks.DnsLabel(hostname, path.Child("hostname"), errors);
        if (spec.Subdomain is { Length: > 0 } subdomain) FieldChecks.DnsLabel(subdomain, path.Child("subdomain"), errors);
        if (spec.PriorityClassName is { Length: > 0 } priority) FieldChecks.DnsSubdomain(priority, path.Child("priorityClassName"), errors);
        if (spec.RuntimeClassName is { } runtime) FieldChecks.DnsSubdomain(runtime, path.Child("runtimeClassName"), errors);
    }

    private static void ValidateDeadlines(PodSpec spec, FieldPath path, List<FieldError> errors)
    {
        if (spec.ActiveDeadlineSeconds is { } deadline) FieldChecks.Range(deadline, 1, int.MaxValue, path.Child("activeDeadlineSeconds"), errors);
    }

    private static void ValidateHostAliases(List<HostAlias>? aliases, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (aliases?.Count ?? 0); i++)
        {
            if (!IPAddress.TryParse(aliases![i].Ip, out _))
                errors.Add(FieldError.Invalid(path.Index(i).Child("ip"), aliases[i].Ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
            foreach (var hostname in aliases[i].Hostnames ?? []) FieldChecks.DnsSubdomain(hostname, path.Index(i).Child("hostnames"), errors);
        }
    }
}
