using Podkit.Testing;

namespace Podkit.Client.Tests.Configuration;

public sealed class InClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["KUBERNETES_SERVICE_PORT"] = "443" };

    public InClusterTests()
    {
        _folder.Write("token", "t");
        _folder.Write("ca.crt", "c");
        _folder.Write("namespace", " team \n");
    }

    private InClusterOptions Options => new() { ServiceAccountDirectory = _folder.Path, Environment = name => _environment.GetValueOrDefault(name) };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pod_finds_everything_in_its_mount_and_environment()
    {
        var configuration = KubernetesClientConfiguration.InCluster(Options);
        configuration.Server.ShouldBe(new Uri("https://10.96.0.1:443"));
        configuration.Namespace.ShouldBe("team");
        configuration.TokenFile.ShouldBe(Path.Combine(_folder.Path, "token"));
        configuration.CertificateAuthorityFile.ShouldBe(Path.Combine(_folder.Path, "ca.crt"));
        configuration.Proxy.ShouldBeNull();
    }

    [Theory]
    [InlineData("fd00::1")]
    [InlineData("[fd00::1]")]
    public void An_ipv6_address_is_put_into_brackets(string host)
    {
        _environment["KUBERNETES_SERVICE_HOST"] = host;
        KubernetesClientConfiguration.InCluster(Options).Server.AbsoluteUri.ShouldBe("https://[fd00::1]/");
    }

    [Fact]
    public void Without_the_variables_the_service_is_used()
    {
        _environment.Clear();
        KubernetesClientConfiguration.InCluster(Options).Server.ShouldBe(new Uri("https://kubernetes.default.svc"));
    }

    [Theory]
    [InlineData("KUBERNETES_SERVICE_HOST")]
    [InlineData("KUBERNETES_SERVICE_PORT")]
    public void Half_of_the_variables_is_an_error_that_names_the_missing_one(string variable)
    {
        _environment.Remove(variable);
        Error().ShouldContain(variable + " is not set");
    }

    [Fact]
    public void A_port_that_is_no_port_is_an_error()
    {
        _environment["KUBERNETES_SERVICE_PORT"] = "tcp://10.0.0.1:443";
        Error().ShouldContain("KUBERNETES_SERVICE_PORT is \"tcp://10.0.0.1:443\"");
    }

    [Theory]
    [InlineData("token", "automountServiceAccountToken")]
    [InlineData("ca.crt", "kube-root-ca.crt")]
    public void A_missing_file_is_an_error_that_names_it_and_says_what_to_do(string file, string hint)
    {
        File.Delete(Path.Combine(_folder.Path, file));
        Error().ShouldContain(Path.Combine(_folder.Path, file) + " does not exist");
        Error().ShouldContain(hint);
    }

    [Fact]
    public void Automatic_configuration_prefers_kubeconfig_then_the_pod_then_the_home_folder()
    {
        KubernetesClientConfiguration.Auto(Options).Origin.ShouldBe("in-cluster");

        _environment["KUBECONFIG"] = _folder.Write("k", KubeConfigTests.Minimal);
        KubernetesClientConfiguration.Auto(Options).Origin.ShouldContain("context here");

        _environment.Remove("KUBECONFIG");
        File.Delete(Path.Combine(_folder.Path, "token"));
        _environment["HOME"] = _folder.Path;
        Should.Throw<KubernetesConfigurationException>(() => KubernetesClientConfiguration.Auto(Options)).Message.ShouldContain("no API server is configured");
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".kube"));
        _folder.Write(".kube/config", KubeConfigTests.Minimal);
        KubernetesClientConfiguration.Auto(Options).Origin.ShouldContain(".kube");
    }

    private string Error() => Should.Throw<KubernetesConfigurationException>(() => KubernetesClientConfiguration.InCluster(Options)).Message;
}
