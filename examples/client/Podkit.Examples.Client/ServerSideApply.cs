using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Examples.Client;

/// <summary>Say what is wanted; the server merges it with what others own.</summary>
internal static class ServerSideApply
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        var desired = new ConfigMap { Metadata = new ObjectMeta { Name = "settings" }, Data = new() { ["colour"] = "blue" } };
        try
        {
            var applied = await client.Resource<ConfigMap>().ApplyAsync(desired, fieldManager: "me", force: false, cancellationToken);
            Console.WriteLine($"{applied.Metadata.Name} is at version {applied.Metadata.ResourceVersion}");
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            Console.WriteLine($"somebody else owns a field: {e.Message}");
        }
    }
}
