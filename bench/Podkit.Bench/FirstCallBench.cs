using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Podkit.Client;
using Podkit.Model.Meta.V1;
using Podkit.Model.Rbac.V1;

namespace Podkit.Bench;

/// <summary>
/// From the start of a process to its first answer from an API server: a program published trimmed that lists the pods of all namespaces, configured as in a pod.
/// .NET reads all authorities of the system before the first verification, although only the cluster's counts: what is left without them
/// (<c>SSL_CERT_DIR</c>) is printed beside it.
/// </summary>
internal static class FirstCallBench
{
    /// <summary>The first runs warm the file cache, and the server, which compiles its code a second time after its first requests.</summary>
    private const int WarmUps = 20;

    internal const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata: {name: first}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "echo the-first-line; exec sleep 3600"]
        """;

    public static async Task<bool> RunAsync(int runs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("podkit-first-call-");
        try
        {
            await PublishAsync(folder.FullName, cancellationToken);
            await Cluster.BuildAsync(cancellationToken);
            await using var cluster = Cluster.Start(Manifest);
            await cluster.WaitForAsync("the-first-line", cancellationToken);
            var environment = await ServiceAccountAsync(cluster.Kubeconfig, folder, cancellationToken);
            var program = Path.Combine(folder.FullName, "Podkit.FirstCall");
            var none = folder.CreateSubdirectory("no-authorities").FullName;
            var without = new Dictionary<string, string>(environment) { ["SSL_CERT_DIR"] = none, ["SSL_CERT_FILE"] = Path.Combine(none, "none") };
            var (first, bare) = (new Samples(), new Samples());
            for (var i = -WarmUps; i < (runs > 0 ? runs : 20); i++)
            {
                var (with, lean) = (await CallAsync(program, environment, cancellationToken), await CallAsync(program, without, cancellationToken));
                if (i < 0) continue;
                first.Add(with);
                bare.Add(lean);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"the same without authorities of the system, median",-58} {bare.Percentile(50),9:0.0} ms"));
            return first.Hold("process start to the first list of pods, median", 50, 150, "ms");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> CallAsync(string program, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        await process.WaitForExitAsync(cancellationToken);
        return line?.Contains(" pods at version ", StringComparison.Ordinal) == true ? elapsed : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {line}");
    }

    /// <summary>What a pod is given: address, token, authority, namespace.</summary>
    internal static async Task<Dictionary<string, string>> ServiceAccountAsync(string kubeconfig, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.FromKubeConfig(kubeconfig);
        var binding = new ClusterRoleBinding
        {
            Metadata = new ObjectMeta { Name = "first-call" },
            RoleRef = new RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = "view" },
            Subjects = [new Subject { Kind = "ServiceAccount", Name = "default", Namespace = "default" }],
        };
        await client.Resource<ClusterRoleBinding>().CreateAsync(binding, null, cancellationToken);
        var token = await client.ServiceAccounts.InNamespace("default").CreateTokenAsync("default", null, cancellationToken);
        var account = folder.CreateSubdirectory("serviceaccount").FullName;
        await File.WriteAllTextAsync(Path.Combine(account, "token"), token.Status.Token, cancellationToken);
        var authority = client.Configuration.CertificateAuthorityData ?? await File.ReadAllTextAsync(client.Configuration.CertificateAuthorityFile!, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(account, "ca.crt"), authority, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(account, "namespace"), "default", cancellationToken);
        return new Dictionary<string, string>
        {
            ["PODKIT_SERVICE_ACCOUNT"] = account,
            ["KUBERNETES_SERVICE_HOST"] = client.Configuration.Server.Host,
            ["KUBERNETES_SERVICE_PORT"] = client.Configuration.Server.Port.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Publishes for this machine; warnings of the trimmer fail it, as everywhere.</summary>
    private static async Task PublishAsync(string folder, CancellationToken cancellationToken)
    {
        string[] arguments = ["publish", Path.Combine(Repository.Root, "bench", "Podkit.FirstCall"), "--configuration", "Release", "--runtime", RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64", "--output", folder, "--nologo", "--verbosity", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("dotnet did not start");
        var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"publishing failed:\n{said}");
    }
}
