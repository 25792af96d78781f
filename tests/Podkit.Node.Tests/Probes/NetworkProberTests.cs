using System.Net;
using System.Net.Sockets;
using System.Text;
using Podkit.Model.Core.V1;
using Podkit.Node.Probes;

namespace Podkit.Node.Tests.Probes;

public class NetworkProberTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly Container Container = new() { Name = "c", Ports = [new() { Name = "web", ContainerPortValue = 8080 }] };

    [Fact]
    public async Task A_tcp_probe_succeeds_where_connections_are_taken()
    {
        using var listener = Listen();
        (await new TcpProber("127.0.0.1", PortOf(listener)).ProbeAsync(Long, CancellationToken.None)).Success.ShouldBeTrue();
    }

    [Fact]
    public async Task A_tcp_probe_says_that_the_connection_was_refused()
    {
        var port = ClosedPort();
        var outcome = await new TcpProber("127.0.0.1", port).ProbeAsync(Long, CancellationToken.None);
        outcome.ShouldBe(ProbeOutcome.Failed($"dial tcp 127.0.0.1:{port}: connect: connection refused"));
    }

    [Theory]
    [InlineData("200 OK", true, "")]
    [InlineData("399 Strange", true, "")]
    [InlineData("404 Not Found", false, "HTTP probe failed with statuscode: 404")]
    [InlineData("500 Broken", false, "HTTP probe failed with statuscode: 500")]
    [InlineData("302 Found\r\nLocation: http://elsewhere.example/", true, "")]
    public async Task An_http_probe_looks_at_the_status(string status, bool success, string message)
    {
        using var listener = Listen();
        var server = ServeAsync(listener, $"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        var outcome = await ProbeHttpAsync(PortOf(listener));
        outcome.ShouldBe(new ProbeOutcome(success, message));
        var request = await server;
        request.ShouldStartWith("GET /healthz?x=1 HTTP/1.1\r\n");
        request.ShouldContain("User-Agent: kube-probe/1.34\r\n");
        request.ShouldContain("X-Test: yes\r\n");
    }

    [Fact]
    public async Task An_http_probe_says_that_the_connection_was_refused()
    {
        var port = ClosedPort();
        var outcome = await ProbeHttpAsync(port);
        outcome.Message.ShouldBe($"Get \"http://127.0.0.1:{port}/healthz?x=1\": dial tcp 127.0.0.1:{port}: connect: connection refused");
    }

    [Fact]
    public async Task An_http_probe_gives_up_after_its_timeout()
    {
        using var listener = Listen();
        using var http = ProbeHttp.New();
        var target = HttpTarget.Of(new HTTPGetAction { Port = PortOf(listener) }, Container, "127.0.0.1");
        var outcome = await new HttpProber(http, target).ProbeAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        outcome.Message.ShouldBe($"Get \"http://127.0.0.1:{PortOf(listener)}/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    }

    [Fact]
    public void Ports_may_be_numbers_names_and_numbers_in_strings()
    {
        HttpTarget.PortOf(80, Container).ShouldBe(80);
        HttpTarget.PortOf("web", Container).ShouldBe(8080);
        HttpTarget.PortOf("81", Container).ShouldBe(81);
        Should.Throw<FormatException>(() => HttpTarget.PortOf("nope", Container)).Message.ShouldBe("couldn't find port: nope in container c");
    }

    [Fact]
    public void An_http_probe_goes_to_the_pod_unless_it_names_a_host()
    {
        HttpTarget.Of(new() { Port = "web", Path = "ready", Scheme = "HTTPS" }, Container, "127.88.0.7").Uri.ToString().ShouldBe("https://127.88.0.7:8080/ready");
        HttpTarget.Of(new() { Port = 80, Host = "::1" }, Container, "127.88.0.7").Uri.ToString().ShouldBe("http://[::1]/");
    }

    [Theory]
    [InlineData(0, true, "")]
    [InlineData(1, false, "broken")]
    public async Task An_exec_probe_looks_at_the_exit_code(int exitCode, bool success, string message)
    {
        var prober = new ExecProber(["check"], (_, _) => Task.FromResult((exitCode, "broken")));
        (await prober.ProbeAsync(Long, CancellationToken.None)).ShouldBe(new ProbeOutcome(success, message));
    }

    [Fact]
    public async Task An_exec_probe_gives_up_after_its_timeout()
    {
        var prober = new ExecProber(["sleep", "9"], async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return (0, "");
        });
        (await prober.ProbeAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None)).Message.ShouldBe("command timed out: \"sleep 9\" timed out after 20ms");
    }

    private static async Task<ProbeOutcome> ProbeHttpAsync(int port)
    {
        using var http = ProbeHttp.New();
        var target = HttpTarget.Of(new HTTPGetAction { Port = port, Path = "/healthz?x=1", HttpHeaders = [new() { Name = "X-Test", Value = "yes" }] }, Container, "127.0.0.1");
        return await new HttpProber(http, target).ProbeAsync(Long, CancellationToken.None);
    }

    private static async Task<string> ServeAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[8192];
        var request = "";
        while (!request.Contains("\r\n\r\n", StringComparison.Ordinal)) request += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return request;
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>A port that a socket holds without listening: nobody else can take it, and connections are refused.</summary>
    private static int ClosedPort()
    {
        var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Held.Add(holder);
        return ((IPEndPoint)holder.LocalEndPoint!).Port;
    }

    private static readonly System.Collections.Concurrent.ConcurrentBag<Socket> Held = [];
}
