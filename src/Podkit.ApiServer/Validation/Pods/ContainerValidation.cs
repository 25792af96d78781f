using Podkit.DownwardApi;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of containers: regular, init and ephemeral ones.</summary>
internal static class ContainerValidation
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    public static void ValidateRegular(PodSpec spec, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        if (spec.Containers.Count == 0)
        {
            errors.Add(FieldError.Required(path, ""));
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Containers.Count; i++)
        {
            var (container, place) = (spec.Containers[i], path.Index(i));
            ValidateCommon(container, volumes, place, errors);
            if (!names.Add(container.Name)) errors.Add(FieldError.Duplicate(place.Child("name"), container.Name));
            ValidateHandlers(container, spec.TerminationGracePeriodSeconds, place, errors);
            if (container.RestartPolicy is not null) errors.Add(FieldError.Forbidden(place.Child("restartPolicy"), "may not be set for non-init containers"));
        }

        ValidateHostPorts(spec.Containers, 0, path, errors);
    }

    public static void ValidateInit(PodSpec spec, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        var names = spec.Containers.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < (spec.InitContainers?.Count ?? 0); i++)
        {
            var (container, place) = (spec.InitContainers![i], path.Index(i));
            ValidateCommon(container, volumes, place, errors);
            if (container.RestartPolicy is { } policy && policy != "Always") errors.Add(FieldError.NotSupportedInOrder(place.Child("restartPolicy"), policy, ["Always"]));
            if (container.Name.Length > 0 && !names.Add(container.Name)) errors.Add(FieldError.Duplicate(place.Child("name"), container.Name));
            ValidateHostPorts([container], i, path, errors);
            if (container.RestartPolicy == "Always") ValidateHandlers(container, spec.TerminationGracePeriodSeconds, place, errors);
            else ForbidHandlers(container, place, errors);
        }
    }

    public static void ValidateEphemeral(PodSpec spec, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        var others = spec.Containers.Concat(spec.InitContainers ?? []).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(others, StringComparer.Ordinal);
        for (var i = 0; i < (spec.EphemeralContainers?.Count ?? 0); i++)
        {
            var (container, place) = (spec.EphemeralContainers![i], path.Index(i));
            ValidateCommon(AsContainer(container), volumes, place, errors);
            if (container.Name.Length > 0 && !names.Add(container.Name)) errors.Add(FieldError.Duplicate(place.Child("name"), container.Name));
            if (container.TargetContainerName is { Length: > 0 } target && !others.Contains(target))
                errors.Add(FieldError.NotFound(place.Child("targetContainerName"), target));
            ForbidEphemeralFields(container, place, errors);
            foreach (var (mount, j) in (container.VolumeMounts ?? []).Select((m, j) => (m, j)))
            {
                if (!string.IsNullOrEmpty(mount.SubPath)) errors.Add(FieldError.Forbidden(place.Child("volumeMounts").Index(j).Child("subPath"), "cannot be set for an Ephemeral Container"));
                if (!string.IsNullOrEmpty(mount.SubPathExpr)) errors.Add(FieldError.Forbidden(place.Child("volumeMounts").Index(j).Child("subPathExpr"), "cannot be set for an Ephemeral Container"));
            }
        }
    }

    private static void ValidateCommon(Container container, IReadOnlySet<string> volumes, FieldPath path, List<FieldError> errors)
    {
        if (container.Name.Length == 0) errors.Add(FieldError.Required(path.Child("name"), ""));
        else FieldChecks.DnsLabel(container.Name, path.Child("name"), errors);
        if (string.IsNullOrEmpty(container.Image)) errors.Add(FieldError.Required(path.Child("image"), ""));
        FieldChecks.OneOf(container.TerminationMessagePolicy, path.Child("terminationMessagePolicy"), errors, optional: false, "File", "FallbackToLogsOnError");
        ValidatePorts(container.Ports, path.Child("ports"), errors);
        DownwardApiValidation.ValidateEnv(container.Env, path.Child("env"), errors);
        DownwardApiValidation.ValidateEnvFrom(container.EnvFrom, path.Child("envFrom"), errors);
        VolumeMountValidation.Validate(container, volumes, path, errors);
        FieldChecks.OneOf(container.ImagePullPolicy, path.Child("imagePullPolicy"), errors, optional: false, PullPolicies);
        ResourceValidation.Validate(container.Resources, path.Child("resources"), errors);
        ValidateResizePolicy(container.ResizePolicy, path.Child("resizePolicy"), errors);
        if (container.SecurityContext is { } security) SecurityContextValidation.Validate(security, path.Child("securityContext"), errors);
    }

    private static void ValidatePorts(List<ContainerPort>? ports, FieldPath path, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (ports?.Count ?? 0); i++)
        {
            var (port, place) = (ports![i], path.Index(i));
            if (port.Name is { Length: > 0 } name)
            {
                var problems = FieldChecks.PortName(name);
                FieldChecks.Names(problems, name, place.Child("name"), errors);
                if (problems.Count == 0 && !names.Add(name)) errors.Add(FieldError.Duplicate(place.Child("name"), name));
            }

            if (port.ContainerPortValue == 0) errors.Add(FieldError.Required(place.Child("containerPort"), ""));
            else FieldChecks.Port(port.ContainerPortValue, place.Child("containerPort"), errors);
            if (port.HostPort is { } host and not 0) FieldChecks.Port(host, place.Child("hostPort"), errors);
            FieldChecks.OneOf(port.Protocol, place.Child("protocol"), errors, optional: false, Protocols);
        }
    }

    /// <summary>No two ports of containers that run together take the same port of the host.</summary>
    private static void ValidateHostPorts(List<Container> containers, int first, FieldPath path, List<FieldError> errors)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < containers.Count; i++)
        {
            var ports = containers[i].Ports ?? [];
            for (var j = 0; j < ports.Count; j++)
            {
                if (ports[j].HostPort is null or 0) continue;
                var port = $"{ports[j].Protocol}/{ports[j].HostIP}/{ports[j].HostPort}";
                if (!taken.Add(port)) errors.Add(FieldError.Duplicate(path.Index(first + i).Child("ports").Index(j).Child("hostPort"), port));
            }
        }
    }

    private static void ValidateHandlers(Container container, long? gracePeriod, FieldPath path, List<FieldError> errors)
    {
        if (container.Lifecycle?.PostStart is { } start) ProbeValidation.ValidateHook(start, gracePeriod, path.Child("lifecycle").Child("postStart"), errors);
        if (container.Lifecycle?.PreStop is { } stop) ProbeValidation.ValidateHook(stop, gracePeriod, path.Child("lifecycle").Child("preStop"), errors);
        ProbeValidation.ValidateLiveness(container.LivenessProbe, path.Child("livenessProbe"), errors);
        ProbeValidation.ValidateReadiness(container.ReadinessProbe, path.Child("readinessProbe"), errors);
        ProbeValidation.ValidateLiveness(container.StartupProbe, path.Child("startupProbe"), errors);
    }

    private static void ForbidHandlers(Container container, FieldPath path, List<FieldError> errors)
    {
        const string Why = "may not be set for init containers without restartPolicy=Always";
        if (container.Lifecycle is not null) errors.Add(FieldError.Forbidden(path.Child("lifecycle"), Why));
        if (container.LivenessProbe is not null) errors.Add(FieldError.Forbidden(path.Child("livenessProbe"), Why));
        if (container.ReadinessProbe is not null) errors.Add(FieldError.Forbidden(path.Child("readinessProbe"), Why));
        if (container.StartupProbe is not null) errors.Add(FieldError.Forbidden(path.Child("startupProbe"), Why));
    }

    private static void ForbidEphemeralFields(EphemeralContainer container, FieldPath path, List<FieldError> errors)
    {
        const string Why = "cannot be set for an Ephemeral Container";
        if (container.Ports is { Count: > 0 }) errors.Add(FieldError.Forbidden(path.Child("ports"), Why));
        if (container.LivenessProbe is not null) errors.Add(FieldError.Forbidden(path.Child("livenessProbe"), Why));
        if (container.ReadinessProbe is not null) errors.Add(FieldError.Forbidden(path.Child("readinessProbe"), Why));
        if (container.StartupProbe is not null) errors.Add(FieldError.Forbidden(path.Child("startupProbe"), Why));
        if (container.Lifecycle is not null) errors.Add(FieldError.Forbidden(path.Child("lifecycle"), Why));
        if (container.Resources.Limits is { Count: > 0 } || container.Resources.Requests is { Count: > 0 }) errors.Add(FieldError.Forbidden(path.Child("resources"), Why));
        if (container.ResizePolicy is { Count: > 0 }) errors.Add(FieldError.Forbidden(path.Child("resizePolicy"), Why));
        if (container.RestartPolicy is not null) errors.Add(FieldError.Forbidden(path.Child("restartPolicy"), Why));
    }

    private static void ValidateResizePolicy(List<ContainerResizePolicy>? policies, FieldPath path, List<FieldError> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var policy in policies ?? [])
        {
            if (!seen.Add(policy.ResourceName)) errors.Add(FieldError.Duplicate(path, policy.ResourceName));
            FieldChecks.OneOf(policy.ResourceName, path, errors, optional: false, "cpu", "memory");
            FieldChecks.OneOf(policy.RestartPolicy, path, errors, optional: false, "NotRequired", "RestartContainer");
        }
    }

    /// <summary>The part of an ephemeral container that is checked as any container's. What it may not have is forbidden, not checked.</summary>
    private static Container AsContainer(EphemeralContainer container) => new()
    {
        Name = container.Name,
        Image = container.Image,
        TerminationMessagePolicy = container.TerminationMessagePolicy,
        Env = container.Env,
        EnvFrom = container.EnvFrom,
        VolumeMounts = container.VolumeMounts,
        VolumeDevices = container.VolumeDevices,
        ImagePullPolicy = container.ImagePullPolicy,
        SecurityContext = container.SecurityContext,
    };
}
