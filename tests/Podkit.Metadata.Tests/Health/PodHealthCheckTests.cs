using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Podkit.Metadata.Tests.Health;

public sealed class PodHealthCheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo account = Directory.CreateTempSubdirectory("podkit-health-");
    private readonly StubMetadata pod = new();

    public void Dispose() => account.Delete(recursive: true);

    [Fact]
    public async Task All_is_well()
    {
        Token(Now.AddMinutes(-10), Now.AddMinutes(50));
        Authority((Now.AddDays(-1), Now.AddYears(1)));
        var result = await CheckAsync();
        result.Status.ShouldBe(HealthStatus.Healthy, result.Description);
        result.Description.ShouldBe("pod shop/web-1; token valid until 2026-03-01 12:50:00Z; CA valid until 2027-03-01 12:00:00Z");
        result.Data["tokenExpires"].ShouldBe(Now.AddMinutes(50));
    }

    [Fact]
    public async Task An_expired_token_is_unhealthy_and_nothing_of_it_is_shown()
    {
        Token(Now.AddHours(-2), Now.AddHours(-1));
        Authority((Now.AddDays(-1), Now.AddYears(1)));
        var result = await CheckAsync();
        result.Status.ShouldBe(HealthStatus.Unhealthy);
        result.Description!.ShouldContain("expired at 2026-03-01 11:00:00Z");
        var token = File.ReadAllText(Path.Combine(account.FullName, "token"));
        foreach (var part in token.Split('.')) (result.Description + string.Join(' ', result.Data.Values)).ShouldNotContain(part);
    }

    [Fact]
    public async Task A_token_that_was_not_renewed_in_time_is_degraded()
    {
        Token(Now.AddMinutes(-56), Now.AddMinutes(4));
        Authority((Now.AddDays(-1), Now.AddYears(1)));
        var result = await CheckAsync();
        result.Status.ShouldBe(HealthStatus.Degraded);
        result.Description!.ShouldContain("was not renewed in time");
    }

    [Theory]
    [InlineData("", HealthStatus.Unhealthy, "is empty")]
    [InlineData("opaque", HealthStatus.Healthy, "of a kind that does not say when it expires")]
    [InlineData("a.!!!.b", HealthStatus.Healthy, "of a kind that does not say when it expires")]
    [InlineData("a.e30.b", HealthStatus.Healthy, "never expires")]
    [InlineData("a.W10.b", HealthStatus.Healthy, "of a kind that does not say when it expires")]
    [InlineData("a.eyJleHAiOjFlMzA5fQ.b", HealthStatus.Healthy, "never expires")]
    public async Task Other_tokens_are_told_apart(string token, HealthStatus status, string says)
    {
        File.WriteAllText(Path.Combine(account.FullName, "token"), token);
        Authority((Now.AddDays(-1), Now.AddYears(1)));
        var result = await CheckAsync();
        result.Status.ShouldBe(status, result.Description);
        result.Description!.ShouldContain(says);
    }

    [Fact]
    public async Task A_missing_token_and_CA_are_unhealthy()
    {
        var result = await CheckAsync();
        result.Status.ShouldBe(HealthStatus.Unhealthy);
        result.Description!.ShouldContain("there is no token ");
        result.Description!.ShouldContain("there are no CA certificates ");
    }

    [Fact]
    public async Task No_service_account_mount_is_no_fault()
    {
        var result = await CheckAsync(o => o.ServiceAccountDirectory = Path.Combine(account.FullName, "none"));
        result.Status.ShouldBe(HealthStatus.Healthy, result.Description);
        result.Description.ShouldBe("pod shop/web-1");
    }

    [Fact]
    public async Task One_valid_CA_certificate_beside_an_expired_one_is_degraded_and_none_is_unhealthy()
    {
        Token(Now.AddMinutes(-10), Now.AddMinutes(50));
        Authority((Now.AddYears(-2), Now.AddYears(-1)), (Now.AddDays(-1), Now.AddYears(1)));
        var result = await CheckAsync();
        result.Status.ShouldBe(HealthStatus.Degraded);
        result.Description!.ShouldContain("CA certificate CN=test expired at 2025-03-01 12:00:00Z");
        Authority((Now.AddYears(-2), Now.AddYears(-1)), (Now.AddDays(1), Now.AddYears(1)));
        result = await CheckAsync();
        result.Status.ShouldBe(HealthStatus.Unhealthy);
        result.Description!.ShouldContain("no CA certificate in");
    }

    [Fact]
    public async Task A_CA_that_ends_soon_is_degraded_and_a_broken_one_unhealthy()
    {
        Token(Now.AddMinutes(-10), Now.AddMinutes(50));
        Authority((Now.AddYears(-1), Now.AddDays(3)));
        (await CheckAsync()).Status.ShouldBe(HealthStatus.Degraded);
        foreach (var text in (string[])["nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
        {
            File.WriteAllText(Path.Combine(account.FullName, "ca.crt"), text);
            (await CheckAsync()).Status.ShouldBe(HealthStatus.Unhealthy);
        }
    }

    [Fact]
    public async Task A_missing_or_unread_volume_is_unhealthy_and_an_old_one_degraded()
    {
        pod.Status = new([new("/etc/podinfo", VolumeWatching.Inotify, false, Now, null, "gone")], ["gone"]);
        var result = await CheckAsync(o => o.CheckServiceAccount = false);
        (result.Status, result.Description).ShouldBe((HealthStatus.Unhealthy, "volume /etc/podinfo is missing; gone; pod shop/web-1"));
        pod.Status = new([new("/etc/podinfo", VolumeWatching.Inotify, true, null, null, "not allowed")], ["not allowed"]);
        result = await CheckAsync(o => o.CheckServiceAccount = false);
        (result.Status, result.Description).ShouldBe((HealthStatus.Unhealthy, "volume /etc/podinfo cannot be read: not allowed; pod shop/web-1"));
        pod.Status = new([new("/etc/podinfo", VolumeWatching.Inotify, true, Now, null, "labels is no map")], ["labels is no map"]);
        result = await CheckAsync(o => o.CheckServiceAccount = false);
        (result.Status, result.Description).ShouldBe((HealthStatus.Degraded, "labels is no map; pod shop/web-1"));
        pod.Status = new([new("/etc/podinfo", VolumeWatching.Poll, true, Now, Now.AddSeconds(-10), null)], []);
        (await CheckAsync(o => o.CheckServiceAccount = false)).Status.ShouldBe(HealthStatus.Healthy);
        result = await CheckAsync(o => (o.CheckServiceAccount, o.ReadingDelay) = (false, TimeSpan.FromSeconds(9)));
        (result.Status, result.Description).ShouldBe((HealthStatus.Degraded, "volume /etc/podinfo has changed at 2026-03-01 11:59:50Z, which was not read yet; pod shop/web-1"));
    }

    [Fact]
    public async Task Outside_of_a_pod_is_healthy_unless_a_pod_is_required()
    {
        pod.Current = PodSnapshot.Empty;
        (await CheckAsync(o => o.CheckServiceAccount = false)).Status.ShouldBe(HealthStatus.Healthy);
        (await CheckAsync(o => (o.CheckServiceAccount, o.RequirePod) = (false, true))).Status.ShouldBe(HealthStatus.Unhealthy);
    }

    [Theory]
    [InlineData(false, HealthStatus.Healthy, "not in a pod")]
    [InlineData(true, HealthStatus.Unhealthy, "volume /nonexistent/podinfo is missing")]
    public async Task A_volume_that_never_was_is_a_fault_in_a_pod_only(bool isInPod, HealthStatus status, string says)
    {
        var log = new TestLog();
        var environment = isInPod ? new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1" } : null;
        using var metadata = PodMetadata.Open(Nowhere.Options(environment, "", "/nonexistent/podinfo"), log);
        var result = await new PodHealthCheck(metadata).CheckHealthAsync(new HealthCheckContext());
        result.Status.ShouldBe(status, result.Description);
        result.Description!.ShouldStartWith(says);
        var problem = "/nonexistent/podinfo does not exist: mount the Downward API volume there, or correct PodMetadataOptions.Volumes";
        metadata.Status.Problems.ShouldBe(isInPod ? [problem] : []);
        log.Lines.Where(l => l.StartsWith("Warning", StringComparison.Ordinal)).ShouldBe(isInPod ? ["Warning: " + problem] : []);
    }

    [Fact]
    public async Task A_volume_that_was_there_is_a_fault_when_it_is_gone_wherever()
    {
        pod.Current = PodSnapshot.Empty;
        pod.Status = new([new("/etc/podinfo", VolumeWatching.Poll, false, Now, null, null)], []);
        (await CheckAsync(o => o.CheckServiceAccount = false)).Status.ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task A_wrapper_of_the_metadata_is_checked_like_the_metadata_itself()
    {
        File.WriteAllText(Path.Combine(account.FullName, "token"), "");
        var options = Nowhere.Options(null, "", account.FullName);
        (options.ServiceAccountDirectory, options.PollInterval) = (account.FullName, TimeSpan.FromSeconds(20));
        using var metadata = PodMetadata.Open(options);
        pod.Status = metadata.Status;
        var result = await new PodHealthCheck(pod).CheckHealthAsync(new HealthCheckContext());
        result.Description!.ShouldContain($"token {account.FullName}/token is empty");
        // A change that is looked for every 20 s may wait for 40.
        pod.Status = pod.Status with { Volumes = [pod.Status.Volumes[0] with { UnreadSince = Now.AddSeconds(-40) }] };
        (await CheckAsync(o => o.CheckServiceAccount = false)).Status.ShouldBe(HealthStatus.Healthy);
        pod.Status = pod.Status with { Volumes = [pod.Status.Volumes[0] with { UnreadSince = Now.AddSeconds(-41) }] };
        (await CheckAsync(o => o.CheckServiceAccount = false)).Status.ShouldBe(HealthStatus.Degraded);
    }

    [Fact]
    public async Task It_is_one_of_the_apps_health_checks()
    {
        using var services = new ServiceCollection().AddLogging().AddSingleton<IPodMetadata>(pod)
            .AddHealthChecks().AddPodMetadata(o => o.CheckServiceAccount = false, tags: ["ready"]).Services.BuildServiceProvider();
        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        report.Entries["pod"].Status.ShouldBe(HealthStatus.Healthy);
        report.Entries["pod"].Tags.ShouldBe(["ready"]);
    }

    [Fact]
    public async Task The_directory_is_the_one_that_the_metadata_has()
    {
        File.WriteAllText(Path.Combine(account.FullName, "token"), "");
        var options = Nowhere.Options();
        options.ServiceAccountDirectory = account.FullName;
        using var metadata = PodMetadata.Open(options);
        var result = await new PodHealthCheck(metadata).CheckHealthAsync(new HealthCheckContext());
        result.Status.ShouldBe(HealthStatus.Unhealthy);
        result.Description!.ShouldContain($"token {account.FullName}/token is empty");
    }

    private Task<HealthCheckResult> CheckAsync(Action<PodHealthOptions>? configure = null)
    {
        var options = new PodHealthOptions { ServiceAccountDirectory = account.FullName, TimeProvider = new At() };
        configure?.Invoke(options);
        return new PodHealthCheck(pod, options).CheckHealthAsync(new HealthCheckContext());
    }

    private void Token(DateTimeOffset issued, DateTimeOffset expires) => File.WriteAllText(
        Path.Combine(account.FullName, "token"),
        $"header12.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"iat":{{issued.ToUnixTimeSeconds()}},"exp":{{expires.ToUnixTimeSeconds()}}}"""))}.signature12");

    private void Authority(params (DateTimeOffset Start, DateTimeOffset End)[] lives)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var pem = lives.Select(l =>
        {
            using var certificate = request.CreateSelfSigned(l.Start, l.End);
            return certificate.ExportCertificatePem();
        });
        File.WriteAllText(Path.Combine(account.FullName, "ca.crt"), string.Join('\n', pem));
    }

    private sealed class At : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
