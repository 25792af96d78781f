using System.Text;

namespace Podkit.Client.Configuration;

/// <summary>Makes a configuration of kubeconfig files, by the rules of kubectl.</summary>
internal static class KubeConfigLoader
{
    public static string DefaultFile(Func<string, string?> environment) =>
        Path.Combine(environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");

    public static bool DefaultFileExists(Func<string, string?> environment) => File.Exists(DefaultFile(environment));

    public static KubernetesClientConfiguration Load(string? path, string? context, Func<string, string?>? environment = null)
    {
        var files = Files(path, environment ?? Environment.GetEnvironmentVariable);
        var named = string.Join(Path.PathSeparator, files.Select(f => f.File));
        var contextName = context ?? files.Select(f => f.CurrentContext).FirstOrDefault(c => !string.IsNullOrEmpty(c))
            ?? throw new KubernetesConfigurationException($"{named} has no current-context: name one of its contexts ({Names(files, "contexts")})");

        var entry = Find(files, "contexts", contextName)
            ?? throw new KubernetesConfigurationException($"{named} has no context \"{contextName}\": it has {Names(files, "contexts")}");
        var clusterName = entry.Text("cluster") ?? throw entry.Missing("cluster", "the name of one of the clusters");
        var cluster = Find(files, "clusters", clusterName) ?? throw entry.Problem("cluster", $"there is no cluster \"{clusterName}\": there are {Names(files, "clusters")}");
        var user = entry.Text("user") is { Length: > 0 } userName
            ? Find(files, "users", userName) ?? throw entry.Problem("user", $"there is no user \"{userName}\": there are {Names(files, "users")}")
            : null;

        Refuse(cluster, user);
        var exec = user?.Part("exec");
        return new KubernetesClientConfiguration(Server(cluster))
        {
            Origin = $"kubeconfig {named}, context {contextName}",
            Namespace = entry.Text("namespace") is { Length: > 0 } ns ? ns : "default",
            CertificateAuthorityData = Pem(cluster, "certificate-authority-data"),
            CertificateAuthorityFile = cluster.Text("certificate-authority-data") is null ? cluster.Path("certificate-authority") : null,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = cluster.Text("proxy-url") is { Length: > 0 } proxy ? ProxyAddress(cluster, proxy) : null,
            DisableCompression = cluster.IsTrue("disable-compression"),
            Token = user?.Text("token"),
            TokenFile = user?.Path("tokenFile"),
            ClientCertificateData = user is null ? null : Pem(user, "client-certificate-data"),
            ClientCertificateFile = user?.Text("client-certificate-data") is null ? user?.Path("client-certificate") : null,
            ClientKeyData = user is null ? null : Pem(user, "client-key-data"),
            ClientKeyFile = user?.Text("client-key-data") is null ? user?.Path("client-key") : null,
            Exec = exec is null ? null : KubeConfigExec.Read(exec, cluster),
        };
    }

    private static List<KubeConfigFile> Files(string? path, Func<string, string?> environment)
    {
        if (path is not null) return [KubeConfigFile.Read(path)];
        var variable = environment("KUBECONFIG");
        if (string.IsNullOrEmpty(variable)) return [KubeConfigFile.Read(DefaultFile(environment))];

        // As kubectl does: of the files that KUBECONFIG names, those that exist; what an earlier one says stands.
        var names = variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var existing = names.Where(File.Exists).ToList();
        return existing.Count > 0
            ? [.. existing.Select(KubeConfigFile.Read)]
            : throw new KubernetesConfigurationException($"KUBECONFIG names {variable}, which does not exist");
    }

    private static void Refuse(KubeConfigEntry cluster, KubeConfigEntry? user)
    {
        if (cluster.IsTrue("insecure-skip-tls-verify"))
        {
            throw cluster.Problem(
                "insecure-skip-tls-verify", "the server's certificate is always verified: remove this line, and put the authority that signed it into certificate-authority (a PEM file) or certificate-authority-data (base64)");
        }

        if (user is null) return;
        if (user.Has("auth-provider")) throw user.Problem("auth-provider", "authentication providers are not supported (kubectl has removed them too): use an exec credential plugin (kubelogin for OIDC, gke-gcloud-auth-plugin for GKE), a token, a tokenFile or a client certificate");
        if (user.Has("username") || user.Has("password")) throw user.Problem(user.Has("password") ? "password" : "username", "Kubernetes has no passwords any more: use a token, a tokenFile or a client certificate");
        if (user.Has("as") || user.Has("as-groups") || user.Has("as-uid") || user.Has("as-user-extra")) throw user.Problem(user.Has("as") ? "as" : "as-groups", "impersonation is not supported in a kubeconfig: remove it");
    }

    private static Uri Server(KubeConfigEntry cluster)
    {
        var text = cluster.Text("server") is { Length: > 0 } server ? server : throw cluster.Missing("server", "the address of the API server, such as https://127.0.0.1:6443");
        return Address(cluster, "server", text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}");
    }

    private static Uri Address(KubeConfigEntry entry, string field, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri!
            : throw entry.Problem(field, "an address such as https://127.0.0.1:6443 is needed, without user name or password");

    private static Uri ProxyAddress(KubeConfigEntry cluster, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5" && uri.UserInfo.Length == 0
            ? uri!
            : throw cluster.Problem("proxy-url", "the address of an http, https or socks5 proxy is needed, such as http://proxy:3128, without user name or password");

    private static string? Pem(KubeConfigEntry entry, string field)
    {
        if (entry.Text(field) is not { Length: > 0 } base64) return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw entry.Problem(field, "it is not base64");
        }
    }

    private static KubeConfigEntry? Find(List<KubeConfigFile> files, string list, string name) =>
        files.Select(f => f.Find(list, name)).FirstOrDefault(e => e is not null);

    private static string Names(List<KubeConfigFile> files, string list) =>
        string.Join(", ", files.SelectMany(f => f.Names(list)).Distinct()) is { Length: > 0 } names ? names : "none";
}
