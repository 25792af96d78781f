using Podkit.Client;
using Podkit.Examples.Client;

// dotnet run --project examples/client/Podkit.Examples.Client -- NAME
// In a pod each runs with the pod's own service account; on a laptop with the current context of your kubeconfig.
var samples = new Dictionary<string, Func<CancellationToken, Task>>
{
    ["list-pods"] = ListPods.RunAsync,
    ["get-pod"] = GetPod.RunAsync,
    ["watch"] = WatchPods.RunAsync,
    ["informer"] = FollowPods.RunAsync,
    ["controller"] = GreetingController.RunAsync,
    ["server-side-apply"] = ServerSideApply.RunAsync,
    ["metadata-watch"] = MetadataWatch.RunAsync,
    ["logs-and-exec"] = LogsAndExec.RunAsync,
    ["port-forward"] = ForwardPort.RunAsync,
    ["by-name"] = ByName.RunAsync,
};
if (args.Length != 1 || !samples.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"which sample? {string.Join(", ", samples.Keys)}");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    await run(stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (Exception e) when (e is KubernetesException or KubernetesConnectionException or KubernetesConfigurationException)
{
    Console.Error.WriteLine(e.Message); // each says what happened and what to do
    return 1;
}
