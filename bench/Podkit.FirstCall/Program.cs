using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Podkit.Client;

// Lists the pods of all namespaces, as the first sample does; with an argument, prints where the time went.
var phases = new List<(string Name, double Milliseconds)>();
var started = args.Length > 0 ? Process.GetCurrentProcess().StartTime : default;
Mark("runtime");
using var client = Environment.GetEnvironmentVariable("PODKIT_SERVICE_ACCOUNT") is { Length: > 0 } directory
    ? new KubernetesClient(KubernetesClientConfiguration.InCluster(new InClusterOptions { ServiceAccountDirectory = directory }))
    : KubernetesClient.Auto();
Mark("configuration");
if (args.Length > 1)
{
    _ = Podkit.Model.Core.V1.Pod.ResourceKind;
    Mark("table of kinds");
    _ = Podkit.Model.Core.V1.Pod.JsonTypeInfo;
    Mark("metadata of the type");
    await client.GetTextAsync("/healthz").ConfigureAwait(false);
    Mark("connection");
    await client.GetTextAsync("/healthz").ConfigureAwait(false);
    Mark("second call");
}

var pods = await client.Pods.InAllNamespaces().ListAsync().ConfigureAwait(false);
Mark("list");
Console.WriteLine($"{pods.Count} pods at version {pods.ResourceVersion}");
if (args.Length > 0)
{
    foreach (var (name, milliseconds) in phases) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {milliseconds:0.0} ms"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{JitInfo.GetCompiledMethodCount()} methods compiled in {JitInfo.GetCompilationTime().TotalMilliseconds:0.0} ms"));
}

return 0;

void Mark(string name)
{
    if (args.Length > 0) phases.Add((name, (DateTime.Now - started).TotalMilliseconds));
}
