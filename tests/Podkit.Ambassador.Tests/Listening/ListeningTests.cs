using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Podkit.Testing;

namespace Podkit.Ambassador.Tests.Listening;

public sealed class ListeningTests
{
    [Fact]
    public async Task The_address_is_told_as_kubectl_proxy_tells_it()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        harness.Ambassador.Address.ShouldMatch(@"^127\.0\.0\.1:\d+$");
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    public async Task An_ipv6_address_can_be_listened_on_and_called(string address)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { Address = address });
        harness.Ambassador.Address.ShouldMatch(@"^\[::1\]:\d+$");
        (await harness.Http.GetAsync("/api")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using var first = await Harness.StartAsync(c => c.Json("{}"));
        await using var second = new AmbassadorServer(first.Client, new AmbassadorOptions { Port = first.Port });
        var error = await Should.ThrowAsync<AmbassadorException>(() => second.StartAsync());
        error.Message.ShouldStartWith($"cannot listen on 127.0.0.1:{first.Port}: the port is taken");
        error.TakenPort.ShouldBe(first.Port);
    }

    [Fact]
    public async Task A_unix_socket_is_for_its_owner_only_and_goes_with_the_ambassador()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "api.sock");
        await using (var harness = await Harness.StartAsync(c => c.Json("{\"ok\":1}"), new AmbassadorOptions { UnixSocket = path }))
        {
            harness.Ambassador.Address.ShouldBe(path);
            if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            await socket.SendAsync("GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
            using var reader = new StreamReader(new NetworkStream(socket));
            (await reader.ReadToEndAsync()).ShouldContain("{\"ok\":1}");
        }

        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stale_unix_socket_is_replaced_and_a_file_is_not()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "api.sock");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.Path, "other")));
            File.Move(Path.Combine(folder.Path, "other"), path);
        }

        await using (var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { UnixSocket = path })) harness.Ambassador.Address.ShouldBe(path);

        var file = folder.Write("precious", "data");
        using var client = new Podkit.Client.KubernetesClient(new Podkit.Client.KubernetesClientConfiguration(new Uri("https://h")));
        Should.Throw<AmbassadorException>(() => new AmbassadorServer(client, new AmbassadorOptions { UnixSocket = file })).Message.ShouldContain("is not a socket");
        File.ReadAllText(file).ShouldBe("data");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([file]);
    }

    [Theory]
    [InlineData("--port", 70000, "127.0.0.1", "/", "/static/", "")]
    [InlineData("--address", 1, "not an address", "/", "/static/", "")]
    [InlineData("--api-prefix", 1, "127.0.0.1", "api", "/static/", "")]
    [InlineData("--www-prefix", 1, "127.0.0.1", "/", "static", "")]
    [InlineData("--www", 1, "127.0.0.1", "/", "/static/", "/nowhere")]
    public void An_option_that_makes_no_sense_is_refused_by_name(string option, int port, string address, string api, string wwwPrefix, string www)
    {
        using var client = new Podkit.Client.KubernetesClient(new Podkit.Client.KubernetesClientConfiguration(new Uri("https://h")));
        Should.Throw<AmbassadorException>(() => new AmbassadorServer(client, new AmbassadorOptions { Port = port, Address = address, ApiPrefix = api, WwwPrefix = wwwPrefix, Www = www }))
            .Message.ShouldStartWith(option + ": ");
    }

    [Fact]
    public async Task Stopping_ends_watches_cleanly_at_the_end_of_a_line_and_lets_other_requests_finish()
    {
        var finish = new TaskCompletionSource();
        await using var harness = await Harness.StartAsync(async c =>
        {
            if (c.IsWatch())
            {
                await c.Line("event");
                await c.Forever();
                return;
            }

            c.Response.ContentLength = 4;
            await c.Response.WriteAsync("12");
            await c.Response.Body.FlushAsync();
            await finish.Task;
            await c.Response.WriteAsync("34");
        });
        using var watch = await harness.Http.GetAsync("/api/v1/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await watch.Content.ReadAsStreamAsync());
        (await lines.ReadLineAsync()).ShouldBe("event");
        using var call = await harness.Http.GetAsync("/api", HttpCompletionOption.ResponseHeadersRead);
        var stopping = harness.Ambassador.StopAsync();
        (await lines.ReadLineAsync()).ShouldBeNull();
        stopping.IsCompleted.ShouldBeFalse();
        finish.SetResult();
        (await call.Content.ReadAsStringAsync()).ShouldBe("1234");
        await stopping;
    }

    [Fact]
    public async Task Stopping_does_not_wait_longer_than_it_may()
    {
        await using var harness = await Harness.StartAsync(async c =>
        {
            await c.BeginWatch();
            await c.Forever();
        }, new AmbassadorOptions { DrainTimeout = TimeSpan.FromMilliseconds(50) });
        using var call = await harness.Http.GetAsync("/api", HttpCompletionOption.ResponseHeadersRead);
        await harness.Ambassador.StopAsync();
        await Should.ThrowAsync<Exception>(async () => await call.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_connection_too_many_is_not_served()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { MaximumConnections = 1 });
        using var first = await harness.ConnectAsync();
        await first.SendAsync("GET /api HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await first.ReceiveAsync(new byte[10]);
        using var second = await harness.ConnectAsync();
        (await second.ReceiveAsync(new byte[10])).ShouldBe(0);
    }

    [Fact]
    public async Task Headers_that_do_not_come_are_not_waited_for()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { HeaderTimeout = TimeSpan.FromSeconds(1) });
        using var socket = await harness.ConnectAsync();
        await socket.SendAsync("GET /api HTTP/1.1\r\nHost: loc"u8.ToArray());
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.ASCII);
        (await reader.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 408");
    }
}
