using System.Net;
using System.Net.Security;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Pki;

namespace Podkit.ApiServer.Tests.Hosting;

public class SignalTests
{
    [Fact]
    public async Task The_server_leaves_signals_to_the_process_it_runs_in()
    {
        using var certificates = ClusterCertificates.Create(TimeProvider.System);
        using var serving = certificates.CreateServing(IPAddress.Loopback, []);
        await using var host = await KestrelHost.StartAsync(new ApiServerOptions(), certificates, SslStreamCertificateContext.Create(serving, null, offline: true), _ => Task.CompletedTask, default);
        host.Lifetime.ShouldBeOfType<NoSignals>();
    }
}
