using Podkit.Model.Core.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Watching;

public sealed class WatchOptionsTests
{
    public static TheoryData<string, WatchOptions> Unusable => new()
    {
        { "PageSize", new() { PageSize = -1 } },
        { "MinimumTimeout", new() { MinimumTimeout = TimeSpan.Zero } },
        { "MaximumTimeout", new() { MaximumTimeout = TimeSpan.FromMinutes(4) } },
        { "MaximumTimeout", new() { MaximumTimeout = TimeSpan.FromDays(100) } },
        { "IdleLimit", new() { IdleLimit = TimeSpan.FromSeconds(-1) } },
        { "InitialSilence", new() { InitialSilence = TimeSpan.Zero } },
        { "FirstBackoff", new() { FirstBackoff = TimeSpan.Zero } },
        { "LongestBackoff", new() { LongestBackoff = TimeSpan.FromMilliseconds(1) } },
        { "MaximumLineBytes", new() { MaximumLineBytes = 0 } },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Options_that_cannot_be_used_are_told_by_name(string name, WatchOptions options)
    {
        using var authority = new TestAuthority();
        using var client = new KubernetesClient(new KubernetesClientConfiguration(new Uri("https://localhost:1")) { CertificateAuthorityData = authority.Pem, Token = "t" });
        Should.Throw<KubernetesConfigurationException>(() => client.Resource<Pod>().Informer(o => o.Watch = options)).Message.ShouldStartWith($"WatchOptions.{name} must ");
        Should.Throw<KubernetesConfigurationException>(() => client.Resource<Pod>().WatchAsync(options)).Message.ShouldStartWith($"WatchOptions.{name} must ");
    }
}
