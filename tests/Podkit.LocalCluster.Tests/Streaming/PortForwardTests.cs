using System.Net.Sockets;
using System.Text;
using Podkit.Client;

namespace Podkit.LocalCluster.Tests.Streaming;

/// <summary>Podkit.Client connects to ports of pods of a real cluster.</summary>
public sealed class PortForwardTests(PlainCluster cluster) : IClassFixture<PlainCluster>
{
    /// <summary>Gives every connection what it has sent, once it has sent all or a line "now".</summary>
    private const string Server = """
        import os, socketserver
        class Echo(socketserver.StreamRequestHandler):
            def handle(self):
                lines = []
                for line in self.rfile:
                    if line == b'now\n': break
                    lines.append(line)
                self.wfile.write(b''.join(lines))
        server = socketserver.ThreadingTCPServer((os.environ['POD_IP'], 8080), Echo)
        print('listening', flush=True)
        server.serve_forever()
        """;

    [Fact]
    public async Task A_connection_reaches_a_server_at_the_pods_own_address()
    {
        await StartAsync("port-one");
        await using var connection = await cluster.Pods.ConnectToPortAsync("port-one", 8080);
        await connection.WriteAsync("hello\nnow\n"u8.ToArray());
        using var reader = new StreamReader(connection);
        (await reader.ReadToEndAsync()).ShouldBe("hello\n");
    }

    [Fact]
    public async Task A_forwarder_carries_several_connections_and_much_data()
    {
        await StartAsync("port-many");
        await using var forwarder = cluster.Pods.ForwardPort("port-many", 8080);
        var text = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {i}\n"));
        var all = Enumerable.Range(0, 4).Select(async _ =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", forwarder.LocalPort);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text + "now\n"));
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync();
        });
        foreach (var answer in await Task.WhenAll(all)) (answer == text).ShouldBeTrue($"{answer.Length} of {text.Length} characters came back");
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_with_the_address_that_was_tried()
    {
        await using var connection = await cluster.Pods.ConnectToPortAsync("waiting", 8081);
        var problem = await Should.ThrowAsync<IOException>(async () => await connection.ReadExactlyAsync(new byte[1]));
        var address = (await cluster.Pods.GetAsync("waiting")).Status.PodIP;
        problem.Message.ShouldContain("error forwarding port 8081 to pod waiting, uid ");
        problem.Message.ShouldContain($"failed to connect to {address}:8081: Connection refused; a server that listens on 127.0.0.1 alone is reached there, not at the pod's address");
    }

    private async Task StartAsync(string name)
    {
        await cluster.RunAsync(name, "main", "exec /usr/bin/python3 -c \"$SERVER\"", c => c.Env =
        [
            new() { Name = "SERVER", Value = Server }, new() { Name = "POD_IP", ValueFrom = new() { FieldRef = new() { FieldPath = "status.podIP" } } },
        ]);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var log = new StreamReader(await cluster.Pods.GetLogAsync(name, new PodLogOptions { Follow = true }, deadline.Token));
        (await log.ReadLineAsync(deadline.Token)).ShouldBe("listening");
    }
}
