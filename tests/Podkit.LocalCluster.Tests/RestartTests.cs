using Podkit.ApiServer;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.LocalCluster.Tests;

public class RestartTests
{
    [Fact]
    public async Task A_server_that_restarts_keeps_objects_address_and_keys_and_forgets_its_history()
    {
        await using var server = await KubernetesApiServer.StartAsync(new ApiServerOptions { ListenOnServiceAddress = false });
        using var client = new KubernetesClient(Kubeconfig.Read(server.AdminKubeconfig));
        var (address, maps) = (server.Address, client.ConfigMaps.InNamespace("default"));
        var first = await maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "a" }, Data = new() { ["v"] = "1" } });
        var second = await maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "b" } });
        var token = (await client.ServiceAccounts.InNamespace("default").CreateTokenAsync("default")).Status.Token!;

        await server.RestartAsync();

        server.Address.ShouldBe(address);
        (await maps.GetAsync("a")).ShouldSatisfyAllConditions(
            a => a.Metadata.Uid.ShouldBe(first.Metadata.Uid),
            a => a.Metadata.ResourceVersion.ShouldBe(first.Metadata.ResourceVersion),
            a => a.Data!["v"].ShouldBe("1"));
        var watched = await client.GetTextAsync($"/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={first.Metadata.ResourceVersion}&timeoutSeconds=1");
        watched.ShouldContain("\"code\":410");
        var third = await maps.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "c" } });
        long.Parse(third.Metadata.ResourceVersion!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(long.Parse(second.Metadata.ResourceVersion!, System.Globalization.CultureInfo.InvariantCulture));
        using var asAccount = new KubernetesClient(new KubernetesClientConfiguration(address) { CertificateAuthorityData = server.CertificateAuthority, Token = token });
        (await Should.ThrowAsync<KubernetesException>(async () => await asAccount.Secrets.InNamespace("default").ListAsync())).Code.ShouldBe(403, "who it is, is known still");
    }

    [Fact]
    public async Task A_server_that_has_stopped_does_not_start_again()
    {
        var server = await KubernetesApiServer.StartAsync(new ApiServerOptions { ListenOnServiceAddress = false });
        await server.DisposeAsync();
        await server.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(() => server.RestartAsync());
    }
}
