using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>One pod by its name: in a pod its own (POD_NAME), on a laptop <c>web-0</c>. Quantities have types.</summary>
internal static class GetPod
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        var pod = await client.Pods.GetAsync(Environment.GetEnvironmentVariable("POD_NAME") ?? "web-0", cancellationToken);
        foreach (var (key, value) in pod.Metadata.Labels ?? []) Console.WriteLine($"label {key} is {value}");
        foreach (var container in pod.Spec.Containers)
        {
            if (container.Resources.Limits?.TryGetValue("cpu", out var cpu) == true) Console.WriteLine($"{container.Name} may have {cpu.MilliValue} millicores");
            if (container.Resources.Limits?.TryGetValue("memory", out var memory) == true) Console.WriteLine($"{container.Name} may have {memory.Value} bytes");
        }
    }
}
