using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Examples.Client;

/// <summary>
/// A small controller: for each Greeting a ConfigMap with its text, made again when somebody deletes it, gone with its owner. One process of several works; what fails comes again.
/// First: <c>kubectl apply -f examples/client/greetings.yaml</c>.
/// </summary>
internal static class GreetingController
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        var greetings = client.Resource(Greeting.ResourceKind, GreetingJson.Default.Greeting).InAllNamespaces();
        await using var controller = greetings.Controller(
            (request, ct) => ReconcileAsync(client, request, ct),
            o =>
            {
                o.Owns<ConfigMap>();
                o.Workers = 2;
                o.LeaderElection = new LeaderElectionOptions { LeaseName = "greeting-controller" };
            });
        await controller.RunAsync(cancellationToken);
    }

    private static async Task<ReconcileResult> ReconcileAsync(KubernetesClient client, ReconcileRequest<Greeting> request, CancellationToken cancellationToken)
    {
        if (request.Object is not { Metadata.DeletionTimestamp: null } greeting) return ReconcileResult.Done;
        var map = new ConfigMap
        {
            Metadata = new ObjectMeta { Name = $"greeting-{request.Key.Name}", Namespace = request.Key.Namespace },
            Data = new() { ["text"] = greeting.Spec.Text ?? "hello" },
        };
        OwnerReferences.SetController(map, greeting, Greeting.ResourceKind);
        await client.ConfigMaps.InNamespace(request.Key.Namespace!).ApplyAsync(map, fieldManager: "greeting-controller", force: true, cancellationToken: cancellationToken);
        Console.WriteLine($"{request.Key} is in line");
        return ReconcileResult.Done;
    }
}
