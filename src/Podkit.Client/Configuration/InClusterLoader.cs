using System.Globalization;

namespace Podkit.Client.Configuration;

/// <summary>Reads what Kubernetes gives to every pod: environment, token, authority, namespace.</summary>
internal static class InClusterLoader
{
    public static bool LooksLikePod(InClusterOptions options) => File.Exists(Path.Combine(options.ServiceAccountDirectory, "token"));

    public static KubernetesClientConfiguration Load(InClusterOptions options)
    {
        var tokenFile = Path.Combine(options.ServiceAccountDirectory, "token");
        var caFile = Path.Combine(options.ServiceAccountDirectory, "ca.crt");
        var server = ServerAddress(options);
        if (!File.Exists(tokenFile))
        {
            throw new KubernetesConfigurationException(
                $"not usable as a pod's configuration: {tokenFile} does not exist; run inside a pod whose service account token is mounted (automountServiceAccountToken is not false), or use a kubeconfig");
        }

        if (!File.Exists(caFile))
        {
            throw new KubernetesConfigurationException(
                $"not usable as a pod's configuration: {caFile} does not exist, so the API server could not be verified; mount it beside the token (the ConfigMap kube-root-ca.crt has it), or use a kubeconfig");
        }

        return new KubernetesClientConfiguration(server)
        {
            Origin = "in-cluster",
            Namespace = ReadNamespace(options),
            TokenFile = tokenFile,
            CertificateAuthorityFile = caFile,
        };
    }

    private static Uri ServerAddress(InClusterOptions options)
    {
        var host = options.Environment("KUBERNETES_SERVICE_HOST")?.Trim();
        var port = options.Environment("KUBERNETES_SERVICE_PORT")?.Trim();
        if (string.IsNullOrEmpty(host) && string.IsNullOrEmpty(port)) return new Uri("https://kubernetes.default.svc");
        if (string.IsNullOrEmpty(host)) throw Missing("KUBERNETES_SERVICE_HOST");
        if (string.IsNullOrEmpty(port)) throw Missing("KUBERNETES_SERVICE_PORT");
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new KubernetesConfigurationException($"the environment variable KUBERNETES_SERVICE_PORT is \"{port}\": a port number is needed");
        }

        // Only an IPv6 address has colons; whether it is one, the Uri knows.
        if (host.Contains(':', StringComparison.Ordinal) && host[0] != '[') host = $"[{host}]";
        return Uri.TryCreate($"https://{host}:{port}", UriKind.Absolute, out var uri)
            ? uri
            : throw new KubernetesConfigurationException($"the environment variable KUBERNETES_SERVICE_HOST is \"{host}\": a host name or address is needed");
    }

    private static KubernetesConfigurationException Missing(string variable) => new(
        $"not usable as a pod's configuration: the environment variable {variable} is not set although its companion is; set both (Kubernetes does it in every container), or neither to use https://kubernetes.default.svc");

    private static string ReadNamespace(InClusterOptions options)
    {
        var file = Path.Combine(options.ServiceAccountDirectory, "namespace");
        if (File.Exists(file))
        {
            var text = File.ReadAllText(file).Trim();
            if (text.Length > 0) return text;
        }

        return options.Environment("POD_NAMESPACE") is { Length: > 0 } ns ? ns.Trim() : "default";
    }
}
