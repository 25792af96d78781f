using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>Resolves what the containers of a pod are started with, as a kubelet does.</summary>
public static class PodEnvironment
{
    /// <summary>
    /// The environment, command and arguments of a container. Service variables come first; <c>envFrom</c> replaces them in its
    /// order; <c>env</c> replaces both in its order, a <c>value</c> being expanded against what is set so far.
    /// </summary>
    /// <remarks>
    /// <para>Since Kubernetes 1.34 every key of a ConfigMap or Secret that <c>envFrom</c> names becomes a variable, also one such as
    /// <c>my-key.conf</c> that a shell cannot read; older kubelets left those out and reported an event.</para>
    /// <para>The value of a Secret is read as UTF-8; bytes that are none become U+FFFD.</para>
    /// <para><c>fileKeyRef</c> is read in the form of Kubernetes 1.34, whose API server drops the field unless the feature gate
    /// EnvFiles is on.</para>
    /// <para>The variables of the image and of the runtime, such as PATH and HOSTNAME, are the caller's to add where they are absent;
    /// references do not see them.</para>
    /// </remarks>
    /// <param name="pod">The pod, with the defaults that an API server sets.</param>
    /// <param name="container">One of its containers or init containers.</param>
    /// <param name="context">What the node knows beside the pod.</param>
    public static ContainerEnvironment Resolve(Pod pod, Container container, DownwardApiContext context)
    {
        var builder = new EnvironmentBuilder(pod, container, context);
        builder.AddEnvFrom();
        builder.AddEnv();
        return builder.Build();
    }

    /// <summary>
    /// Expands the command of an exec probe. It sees only what <c>env</c> sets by a plain <c>value</c>, unexpanded; a variable with
    /// <c>valueFrom</c> is empty there.
    /// </summary>
    /// <param name="command">The probe's command.</param>
    /// <param name="container">The container of the probe.</param>
    public static IReadOnlyList<string> ExpandProbeCommand(IReadOnlyList<string> command, Container container)
    {
        var plain = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.Env ?? [])
            plain[variable.Name] = variable.Value ?? "";
        return ExpandAll(command, plain);
    }

    internal static IReadOnlyList<string> ExpandAll(IReadOnlyList<string>? texts, IReadOnlyDictionary<string, string> variables) =>
        texts is null or [] ? [] : [.. texts.Select(text => Expansion.Expand(text, variables))];
}
