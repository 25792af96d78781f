using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Podkit.Testing;

namespace Podkit.Client.Tests.Hosting;

public sealed class HostingTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_client_comes_from_the_services_with_the_settings_of_the_configuration()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kubernetes:Source"] = "Explicit",
            ["Kubernetes:Server"] = "https://10.0.0.1:6443",
            ["Kubernetes:Namespace"] = "shop",
            ["Kubernetes:TokenFile"] = "/token",
            ["Kubernetes:CertificateAuthorityFile"] = "/ca.crt",
            ["Kubernetes:RequestTimeout"] = "00:00:07",
            ["Kubernetes:MaximumRetries"] = "2",
            ["Kubernetes:FieldManager"] = "me",
            ["Kubernetes:RequestsPerSecond"] = "20",
        }).Build().GetSection("Kubernetes");
        var services = new ServiceCollection();
        var builder = services.AddSingleton<TimeProvider>(_time).AddKubernetesClient(section);
        builder.Services.ShouldBeSameAs(services);
        services.AddKubernetesClient(s => s.UserAgent = "shop/1.0");
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<KubernetesClient>();
        client.ShouldBeSameAs(provider.GetRequiredService<KubernetesClient>());
        client.Configuration.Server.ShouldBe(new Uri("https://10.0.0.1:6443"));
        client.Configuration.TokenFile.ShouldBe("/token");
        client.Configuration.CertificateAuthorityFile.ShouldBe("/ca.crt");
        client.Namespace.ShouldBe("shop");
        client.Options.RequestTimeout.ShouldBe(TimeSpan.FromSeconds(7));
        client.Options.MaximumRetries.ShouldBe(2);
        client.Options.FieldManager.ShouldBe("me");
        client.Options.UserAgent.ShouldBe("shop/1.0");
        client.Options.TimeProvider.ShouldBeSameAs(_time);
        client.Options.RateLimit.ShouldBe(new RateLimitOptions(20, 40));
    }

    [Theory]
    [InlineData(null, "KubernetesClientSettings.Server is missing")]
    [InlineData("nonsense", "KubernetesClientSettings.Server is not an address")]
    public async Task Settings_that_cannot_be_used_are_told_by_name(string? server, string said)
    {
        var services = new ServiceCollection();
        services.AddKubernetesClient(s => (s.Source, s.Server) = (KubernetesClientSource.Explicit, server));
        await using var provider = services.BuildServiceProvider();
        Should.Throw<KubernetesConfigurationException>(provider.GetRequiredService<KubernetesClient>).Message.ShouldContain(said);
    }

    [Fact]
    public async Task A_good_server_with_good_credentials_is_healthy()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("\"ok\""));
        var report = await CheckAsync(server.Address.ToString(), _folder.Write("token", "good"), _folder.Write("ca.crt", _authority.Pem));
        report.Status.ShouldBe(HealthStatus.Healthy);
        report.Entries.Keys.ShouldBe(["kubernetes-credentials", "kubernetes-api"], ignoreOrder: true);
        server.Requests.ShouldBe(["GET /readyz"]);
    }

    [Fact]
    public async Task Credentials_that_cannot_be_read_are_unhealthy()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("\"ok\""));
        var report = await CheckAsync(server.Address.ToString(), Path.Combine(_folder.Path, "missing"), _folder.Write("ca.crt", _authority.Pem));
        report.Entries["kubernetes-credentials"].Status.ShouldBe(HealthStatus.Unhealthy);
        report.Entries["kubernetes-credentials"].Description!.ShouldContain("missing");
    }

    [Fact]
    public async Task Credentials_that_cannot_be_read_again_are_degraded_while_the_last_good_ones_serve()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("\"ok\""));
        var services = Services(server.Address.ToString(), _folder.Write("token", "good"), _folder.Write("ca.crt", _authority.Pem));
        await using var provider = services.BuildServiceProvider();
        var health = provider.GetRequiredService<HealthCheckService>();
        (await health.CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);

        _folder.Write("token", "");
        _time.Advance(TimeSpan.FromSeconds(61));
        var report = await health.CheckHealthAsync();
        report.Entries["kubernetes-credentials"].Status.ShouldBe(HealthStatus.Degraded);
        report.Entries["kubernetes-api"].Status.ShouldBe(HealthStatus.Healthy);

        _folder.Write("token", "good again");
        File.WriteAllText(Path.Combine(_folder.Path, "token"), "good-again");
        File.WriteAllText(Path.Combine(_folder.Path, "ca.crt"), "broken");
        _time.Advance(TimeSpan.FromSeconds(61));
        report = await health.CheckHealthAsync();
        report.Entries["kubernetes-credentials"].Description!.ShouldContain("cannot be read again");

        File.WriteAllText(Path.Combine(_folder.Path, "ca.crt"), _authority.Pem);
        _time.Advance(TimeSpan.FromSeconds(61));
        (await health.CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Theory]
    [InlineData(500, HealthStatus.Unhealthy)]
    [InlineData(401, HealthStatus.Unhealthy)]
    [InlineData(403, HealthStatus.Healthy)]
    [InlineData(429, HealthStatus.Degraded)]
    public async Task What_the_server_says_decides(int code, HealthStatus status)
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            c.Response.Headers.RetryAfter = "1";
            return c.Status(code, "", "no");
        });
        var report = await CheckAsync(server.Address.ToString(), _folder.Write("token", "good"), _folder.Write("ca.crt", _authority.Pem));
        report.Entries["kubernetes-api"].Status.ShouldBe(status);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_not_trusted_is_unhealthy()
    {
        using var other = new TestAuthority("other");
        await using var server = await FakeApiServer.StartAsync(other.Server(), c => c.Json("\"ok\""));
        var report = await CheckAsync(server.Address.ToString(), _folder.Write("token", "good"), _folder.Write("ca.crt", _authority.Pem));
        report.Entries["kubernetes-api"].Status.ShouldBe(HealthStatus.Unhealthy);
        report.Entries["kubernetes-api"].Description!.ShouldContain("no trusted connection");
    }

    private async Task<HealthReport> CheckAsync(string server, string tokenFile, string caFile)
    {
        await using var provider = Services(server, tokenFile, caFile).BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }

    private ServiceCollection Services(string server, string tokenFile, string caFile)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TimeProvider>(_time).AddKubernetesClient(s =>
        {
            s.Source = KubernetesClientSource.Explicit;
            s.Server = server;
            s.TokenFile = tokenFile;
            s.CertificateAuthorityFile = caFile;
        }).AddHealthChecks();
        return services;
    }
}
