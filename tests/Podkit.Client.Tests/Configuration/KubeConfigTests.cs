using System.Text;
using Podkit.Client.Configuration;
using Podkit.Testing;

namespace Podkit.Client.Tests.Configuration;

public sealed class KubeConfigTests : IDisposable
{
    public const string Minimal = """
        apiVersion: v1
        kind: Config
        current-context: here
        clusters:
        - name: local
          cluster:
            server: https://127.0.0.1:6443
        contexts:
        - name: here
          context:
            cluster: local
            user: me
            namespace: team
        - name: there
          context:
            cluster: nowhere
        users:
        - name: me
          user:
            token: a-token
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_current_context_is_used()
    {
        var configuration = Load(Minimal);
        configuration.Server.ShouldBe(new Uri("https://127.0.0.1:6443"));
        configuration.Namespace.ShouldBe("team");
        configuration.Token.ShouldBe("a-token");
        configuration.Origin.ShouldBe($"kubeconfig {Path.Combine(_folder.Path, "config")}, context here");
    }

    [Fact]
    public void Json_is_read_too() => Load(
        """{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c"}}],"clusters":[{"name":"c","cluster":{"server":"localhost:8443"}}]}""").Server.ShouldBe(new Uri("https://localhost:8443"));

    [Fact]
    public void Data_is_decoded_and_files_are_relative_to_the_kubeconfig()
    {
        var data = Convert.ToBase64String(Encoding.ASCII.GetBytes("PEM"));
        var configuration = Load($$$"""
            current-context: here
            clusters: [{name: c, cluster: {server: "https://h", certificate-authority: pki/ca.crt, tls-server-name: kubernetes}}]
            contexts: [{name: here, context: {cluster: c, user: u}}]
            users: [{name: u, user: {tokenFile: token, client-certificate-data: {{{data}}}, client-certificate: ignored, client-key: /keys/key.pem}}]
            """);
        configuration.CertificateAuthorityFile.ShouldBe(Path.Combine(_folder.Path, "pki/ca.crt"));
        configuration.TlsServerName.ShouldBe("kubernetes");
        configuration.TokenFile.ShouldBe(Path.Combine(_folder.Path, "token"));
        configuration.ClientCertificateData.ShouldBe("PEM");
        configuration.ClientCertificateFile.ShouldBeNull();
        configuration.ClientKeyFile.ShouldBe("/keys/key.pem");
    }

    [Fact]
    public void Skipping_verification_is_refused_with_what_to_do_instead()
    {
        var error = Error(Minimal.Replace("server: https://127.0.0.1:6443", "server: https://127.0.0.1:6443\n    insecure-skip-tls-verify: true", StringComparison.Ordinal));
        error.ShouldBe(
            $"{Path.Combine(_folder.Path, "config")}:8: clusters[0].cluster.insecure-skip-tls-verify: the server's certificate is always verified: remove this line, and put the authority that signed it into certificate-authority (a PEM file) or certificate-authority-data (base64)");
    }

    [Fact]
    public void Verification_that_is_not_skipped_is_fine() =>
        Load(Minimal.Replace("server: https://127.0.0.1:6443", "server: https://127.0.0.1:6443\n    insecure-skip-tls-verify: false", StringComparison.Ordinal)).Token.ShouldBe("a-token");

    [Theory]
    [InlineData("exec: {command: aws}", "exec.apiVersion: it is missing: client.authentication.k8s.io/v1")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1}", "exec.command: it is missing")]
    [InlineData("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1alpha1}", "exec.apiVersion: client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1 is needed")]
    [InlineData("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}", "exec.interactiveMode: it is missing: Never, IfAvailable or Always is needed")]
    [InlineData("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Sometimes}", "exec.interactiveMode: Never, IfAvailable or Always is needed")]
    [InlineData("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, args: aws}", "exec.args: a list of strings is needed")]
    [InlineData("exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, env: [{value: x}]}", "exec.env[0].name: it is missing")]
    [InlineData("auth-provider: {name: oidc}", "authentication providers are not supported")]
    [InlineData("password: hunter2", "Kubernetes has no passwords")]
    [InlineData("as: someone", "impersonation")]
    [InlineData("client-key-data: '***'", "it is not base64")]
    [InlineData("token: {a: b}", "a string is needed")]
    public void What_is_not_supported_is_an_error_with_its_place(string user, string said)
    {
        var error = Error(Minimal.Replace("token: a-token", user, StringComparison.Ordinal));
        error.ShouldContain("config:20: users[0].user.");
        error.ShouldContain(said);
        error.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("nothing", "has no context \"nothing\": it has here, there")]
    [InlineData("there", "contexts[1].context.cluster: there is no cluster \"nowhere\": there are local")]
    public void A_context_that_leads_nowhere_is_an_error_that_says_what_there_is(string context, string said) =>
        Should.Throw<KubernetesConfigurationException>(() => KubernetesClientConfiguration.FromKubeConfig(_folder.Write("config", Minimal), context)).Message.ShouldContain(said);

    [Theory]
    [InlineData("clusters: [", "config:2")]
    [InlineData("- a", "is not a kubeconfig")]
    [InlineData("", "is not a kubeconfig")]
    [InlineData("clusters: []", "no current-context")]
    public void A_file_that_is_no_kubeconfig_is_an_error_that_names_it(string text, string said)
    {
        Error(text).ShouldContain(said);
        Error(text).ShouldContain(_folder.Path);
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it() =>
        Should.Throw<KubernetesConfigurationException>(() => KubernetesClientConfiguration.FromKubeConfig("/nowhere/config")).Message.ShouldContain("/nowhere/config");

    [Fact]
    public void Of_several_files_the_first_that_says_something_counts()
    {
        var first = _folder.Write("first", "current-context: mixed\nusers: [{name: u, user: {token: first}}]");
        var second = _folder.Write("second", """
            current-context: other
            clusters: [{name: c, cluster: {server: "https://second"}}]
            contexts: [{name: mixed, context: {cluster: c, user: u}}]
            users: [{name: u, user: {token: second}}]
            """);
        var configuration = KubeConfigLoader.Load(null, null, name => name == "KUBECONFIG" ? $"{first}{Path.PathSeparator}/nowhere{Path.PathSeparator}{second}" : null);
        configuration.Server.Host.ShouldBe("second");
        configuration.Token.ShouldBe("first");
    }

    [Fact]
    public void Each_file_of_several_is_the_start_of_its_own_relative_paths()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "a"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "b"));
        var first = _folder.Write("a/config", "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nusers: [{name: u, user: {tokenFile: token}}]");
        var second = _folder.Write("b/config", "clusters: [{name: k, cluster: {server: 'https://k', certificate-authority: ca.crt}}]");
        var configuration = KubeConfigLoader.Load(null, null, name => name == "KUBECONFIG" ? $"{first}{Path.PathSeparator}{second}" : null);
        configuration.TokenFile.ShouldBe(Path.Combine(_folder.Path, "a/token"));
        configuration.CertificateAuthorityFile.ShouldBe(Path.Combine(_folder.Path, "b/ca.crt"));
    }

    [Fact]
    public void A_broken_file_among_several_is_an_error_that_names_it()
    {
        var first = _folder.Write("first", Minimal);
        var second = _folder.Write("second", "clusters: [");
        Should.Throw<KubernetesConfigurationException>(() => KubeConfigLoader.Load(null, null, name => name == "KUBECONFIG" ? $"{first}{Path.PathSeparator}{second}" : null)).Message.ShouldContain(second);
    }

    [Fact]
    public void A_credential_plugin_is_read_with_everything_that_it_is_told()
    {
        var configuration = Load("""
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: https://h
                disable-compression: true
                extensions:
                - name: client.authentication.k8s.io/exec
                  extension: {audience: me}
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1beta1
                  command: ./bin/login
                  args: [get-token, --now]
                  env: [{name: REGION, value: here}]
                  provideClusterInfo: true
                  installHint: ask the team
            """);
        var exec = configuration.Exec.ShouldNotBeNull();
        exec.Command.ShouldBe(Path.Combine(_folder.Path, "bin/login"));
        exec.Arguments.ShouldBe(["get-token", "--now"]);
        exec.Environment.ShouldBe([new("REGION", "here")]);
        exec.InteractiveMode.ShouldBe(ExecInteractiveMode.IfAvailable);
        exec.ProvideClusterInfo.ShouldBeTrue();
        exec.ClusterConfiguration.ShouldBe("""{"audience":"me"}""");
        exec.InstallHint.ShouldBe("ask the team");
        configuration.DisableCompression.ShouldBeTrue();
    }

    [Theory]
    [InlineData("socks5://proxy:1080", true)]
    [InlineData("http://proxy:3128", true)]
    [InlineData("ftp://proxy", false)]
    [InlineData("http://user:hunter2@proxy", false)]
    public void A_proxy_is_one_that_can_be_used(string url, bool usable)
    {
        var text = Minimal.Replace("server: https://127.0.0.1:6443", $"server: https://127.0.0.1:6443\n    proxy-url: {url}", StringComparison.Ordinal);
        if (usable) Load(text).Proxy.ShouldBe(new Uri(url));
        else Error(text).ShouldNotContain("hunter2");
    }

    private KubernetesClientConfiguration Load(string text) => KubernetesClientConfiguration.FromKubeConfig(_folder.Write("config", text));

    private string Error(string text) => Should.Throw<KubernetesConfigurationException>(() => Load(text)).Message;
}
