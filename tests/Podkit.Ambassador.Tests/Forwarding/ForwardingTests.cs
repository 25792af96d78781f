using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Podkit.Testing;

namespace Podkit.Ambassador.Tests.Forwarding;

public sealed class ForwardingTests
{
    [Fact]
    public async Task A_request_gets_the_token_of_the_pod_and_its_answer_comes_back_as_it_is()
    {
        HeaderDictionary seen = null!;
        await using var harness = await Harness.StartAsync(async c =>
        {
            seen = new HeaderDictionary(c.Request.Headers.ToDictionary(h => h.Key, h => h.Value));
            c.Response.Headers["Audit-Id"] = "42";
            c.Response.Headers.Append("Warning", "299 - \"a\"");
            c.Response.Headers.Append("Warning", "299 - \"b\"");
            await c.Json("{\"kind\":\"PodList\"}", 203);
        });
        using var answer = await harness.Http.GetAsync("/api/v1/pods?limit=5&x=a%2Fb");
        answer.StatusCode.ShouldBe(HttpStatusCode.NonAuthoritativeInformation);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("{\"kind\":\"PodList\"}");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        answer.Headers.GetValues("Audit-Id").ShouldBe(["42"]);
        answer.Headers.GetValues("Warning").Count().ShouldBe(2);
        seen["Authorization"].ToString().ShouldBe("Bearer pod-token");
        seen["Host"].ToString().ShouldBe($"localhost:{harness.Server.Port}");
        harness.Server.Requests.ShouldBe(["GET /api/v1/pods?limit=5&x=a%2Fb"]);
    }

    [Fact]
    public async Task The_target_reaches_the_server_untouched()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        const string Target = "/api/v1/%70ods/p%C3%A9?a=%2F..%2F&b=//&c={x}|y&d=%41";
        await harness.RawAsync($"GET {Target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        harness.Server.Requests.ShouldBe([$"GET {Target}"]);
    }

    [Fact]
    public async Task Headers_of_the_connection_and_claims_about_the_client_do_not_pass()
    {
        HeaderDictionary seen = null!;
        await using var harness = await Harness.StartAsync(c =>
        {
            seen = new HeaderDictionary(c.Request.Headers.ToDictionary(h => h.Key, h => h.Value));
            return c.Json("{}");
        });
        await harness.RawAsync("""
            GET /api HTTP/1.1
            Host: localhost
            Connection: close
            Keep-Alive: 5
            Proxy-Authorization: Basic x
            TE: trailers
            Upgrade: h2c
            HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA
            Forwarded: for=1.2.3.4
            Via: 1.1 x
            X-Forwarded-For: 1.2.3.4
            X-Forwarded-Proto: https
            X-Forwarded-Anything: x
            X-Real-IP: 1.2.3.4
            X-Remote-User: admin
            X-Remote-Group: system:masters
            X-Custom: kept
            Cookie: a=b
            Accept-Encoding: gzip
            User-Agent: test


            """.ReplaceLineEndings("\r\n"));
        seen.Keys.Order().ShouldBe(["Accept-Encoding", "Authorization", "Cookie", "Host", "User-Agent", "X-Custom"]);
    }

    [Theory]
    [InlineData("Authorization: Bearer mine", "Authorization header")]
    [InlineData("authorization: Basic x", "Authorization header")]
    [InlineData("Impersonate-User: admin", "Impersonate-")]
    [InlineData("impersonate-extra-scopes: x", "Impersonate-")]
    public async Task Credentials_and_impersonation_of_the_client_are_refused_by_default(string header, string said)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        var answer = await harness.RawAsync($"GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 403 Forbidden");
        answer.ShouldContain(said);
        harness.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Credentials_and_impersonation_of_the_client_pass_when_allowed()
    {
        var seen = new List<string>();
        await using var harness = await Harness.StartAsync(
            c =>
            {
                seen.Add($"{c.Request.Headers.Authorization} {c.Request.Headers["Impersonate-User"]}");
                return c.Json("{}");
            },
            new AmbassadorOptions { ClientAuthorization = ClientAuthorization.Allow, Impersonation = ImpersonationHeaders.Forward });
        await harness.RawAsync("GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer mine\r\nImpersonate-User: admin\r\n\r\n");
        await harness.RawAsync("GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        seen.ShouldBe(["Bearer mine admin", "Bearer pod-token "]);
    }

    [Fact]
    public async Task Impersonation_can_be_left_out()
    {
        var seen = new List<string>();
        await using var harness = await Harness.StartAsync(
            c =>
            {
                seen.AddRange(c.Request.Headers.Keys.Where(k => k.StartsWith("Imp", StringComparison.OrdinalIgnoreCase)));
                return c.Json("{}");
            },
            new AmbassadorOptions { Impersonation = ImpersonationHeaders.Drop });
        (await harness.RawAsync("GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nImpersonate-User: admin\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");
        seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_is_a_status()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        using var answer = await harness.Http.PostAsync("/api/v1/namespaces/a/pods/p/exec", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var status = await answer.Content.ReadFromJsonAsync<JsonElement>();
        status.GetProperty("kind").GetString().ShouldBe("Status");
        status.GetProperty("reason").GetString().ShouldBe("Forbidden");
        status.GetProperty("code").GetInt32().ShouldBe(403);
        status.GetProperty("message").GetString()!.ShouldContain("--reject-paths");
    }

    [Theory]
    [InlineData("GET /api//v1 HTTP/1.1", "400")]
    [InlineData("GET /api/%2e%2e/x HTTP/1.1", "400")]
    [InlineData("GET http://localhost/api HTTP/1.1", "400")]
    [InlineData("OPTIONS * HTTP/1.1", "400")]
    [InlineData("TRACE /api HTTP/1.1", "405")]
    public async Task What_is_ambiguous_or_no_request_to_an_api_is_refused(string line, string code)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        (await harness.RawAsync($"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n")).ShouldStartWith($"HTTP/1.1 {code} ");
        harness.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_foreign_host_or_web_page_does_not_pass_unless_the_filter_is_disabled()
    {
        const string Request = "GET /api HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n";
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        (await harness.RawAsync(Request)).ShouldStartWith("HTTP/1.1 403 ");
        await using var open = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { DisableFilter = true });
        (await open.RawAsync(Request)).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task A_chunk_of_a_watch_arrives_before_the_answer_ends()
    {
        var next = new SemaphoreSlim(0);
        await using var harness = await Harness.StartAsync(async c =>
        {
            await c.BeginWatch();
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync();
                await c.Line($"event {i}");
            }
        });
        using var answer = await harness.Http.GetAsync("/api/v1/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            (await reader.ReadLineAsync()).ShouldBe($"event {i}");
        }

        (await reader.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_part_of_a_request_arrives_before_the_rest_is_sent()
    {
        var firstPart = new TaskCompletionSource<string>();
        await using var harness = await Harness.StartAsync(async c =>
        {
            var buffer = new byte[100];
            var read = await c.Request.Body.ReadAsync(buffer);
            firstPart.SetResult(Encoding.ASCII.GetString(buffer, 0, read));
            while (await c.Request.Body.ReadAsync(buffer) > 0)
            {
            }

            await c.Json("{}");
        });
        using var socket = await harness.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes("POST /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"));
        (await firstPart.Task).ShouldBe("first");
        await socket.SendAsync("3\r\nend\r\n0\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(new NetworkStream(socket));
        (await reader.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 200 OK");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Large_bodies_go_through_whole_both_ways(bool chunked)
    {
        await using var harness = await Harness.StartAsync(async c =>
        {
            using var all = new MemoryStream();
            await c.Request.Body.CopyToAsync(all);
            if (!chunked) c.Response.ContentLength = all.Length;
            all.Position = 0;
            await all.CopyToAsync(c.Response.Body);
        });
        var bytes = RandomNumberGenerator.GetBytes(20_000_000);
        using var content = new ByteArrayContent(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/x") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await harness.Http.SendAsync(request);
        (await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task A_slow_reader_gets_everything_and_holds_nothing_up()
    {
        const int Size = 5_000_000;
        await using var harness = await Harness.StartAsync(async c =>
        {
            if (c.Request.Path == "/small") await c.Json("{}");
            else await c.Response.Body.WriteAsync(new byte[Size]);
        });
        using var slow = await harness.ConnectAsync();
        await slow.SendAsync("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
        for (var i = 0; i < 20; i++) (await harness.Http.GetAsync("/small")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var total = 0;
        var buffer = new byte[10_000];
        while (await slow.ReceiveAsync(buffer) is > 0 and var read) total += read;
        total.ShouldBeGreaterThan(Size);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_request_at_the_server()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var harness = await Harness.StartAsync(async c =>
        {
            await c.BeginWatch();
            begun.TrySetResult();
            await c.Forever();
            ended.TrySetResult();
        });
        using (var socket = await harness.ConnectAsync())
        {
            await socket.SendAsync("GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_server_that_breaks_off_does_not_look_like_a_whole_answer()
    {
        var cut = new TaskCompletionSource();
        await using var harness = await Harness.StartAsync(async c =>
        {
            await c.Line("half");
            await cut.Task;
            c.Abort();
        });
        using var answer = await harness.Http.GetAsync("/api/x", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe("half");
        cut.SetResult();
        await Should.ThrowAsync<Exception>(async () => await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_502_in_a_status()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        await harness.Server.DisposeAsync();
        using var answer = await harness.Http.GetAsync("/api");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        var status = await answer.Content.ReadFromJsonAsync<JsonElement>();
        status.GetProperty("code").GetInt32().ShouldBe(502);
        status.GetProperty("message").GetString()!.ShouldContain($"nothing listens at https://localhost:{harness.Server.Port}/");
        status.GetRawText().ShouldNotContain("pod-token");
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_is_a_502_and_sees_nothing()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("other");
        await using var server = await FakeApiServer.StartAsync(other.Server(), c => c.Json("{}"));
        using var client = Clients.For(server, authority);
        await using var ambassador = new AmbassadorServer(client, new AmbassadorOptions { Port = 0 });
        await ambassador.StartAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"http://{ambassador.Address}/api");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("no trusted connection");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_rotates_between_two_requests_is_taken_up_and_small_bodies_are_sent_again()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "old");
        var valid = "old";
        var bodies = new List<string>();
        await using var harness = await Harness.StartAsync(
            async c =>
            {
                using var reader = new StreamReader(c.Request.Body);
                bodies.Add(await reader.ReadToEndAsync());
                if (c.Request.Headers.Authorization == $"Bearer {valid}") await c.Json("{}");
                else await c.Status(401, "Unauthorized", "Unauthorized");
            },
            tokenFile: file);
        (await harness.Http.GetAsync("/api")).StatusCode.ShouldBe(HttpStatusCode.OK);
        folder.Write("token", "new");
        valid = "new";
        using var content = new StringContent("the body");
        (await harness.Http.PostAsync("/api/x", content)).StatusCode.ShouldBe(HttpStatusCode.OK);
        bodies.ShouldBe(["", "the body", "the body"]);
    }

    [Fact]
    public async Task Answers_without_a_body_have_none()
    {
        await using var harness = await Harness.StartAsync(c =>
        {
            if (c.Request.Path == "/none") c.Response.StatusCode = 204;
            else c.Response.ContentLength = 12345;
            return Task.CompletedTask;
        });
        using var head = await harness.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api"));
        head.Content.Headers.ContentLength.ShouldBe(12345);
        using var none = await harness.Http.GetAsync("/none");
        none.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Requests_in_one_connection_are_answered_in_turn_even_after_a_refusal_with_a_body()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        var answer = await harness.RawAsync(
            "POST /api/v1/namespaces/a/pods/p/exec HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello" +
            "GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 403 Forbidden");
        answer.ShouldContain("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task Compressed_answers_stay_compressed()
    {
        await using var harness = await Harness.StartAsync(async c =>
        {
            c.Response.Headers.ContentEncoding = c.Request.Headers.AcceptEncoding;
            await c.Response.Body.WriteAsync(new byte[] { 1, 2, 3 });
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api") { Headers = { AcceptEncoding = { new StringWithQualityHeaderValue("gzip") } } };
        using var answer = await harness.Http.SendAsync(request);
        answer.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData("/", "/api/v1/pods", "/api/v1/pods")]
    [InlineData("/custom/", "/custom/api/v1/pods", "/api/v1/pods")]
    [InlineData("/custom", "/custom/api/v1/pods?a=b", "/api/v1/pods?a=b")]
    [InlineData("/api", "/api/v1/pods", "/api/v1/pods")]
    [InlineData("/custom/", "/api/v1/pods", null)]
    [InlineData("/api", "/version", null)]
    public async Task The_api_is_served_below_its_prefix(string prefix, string sent, string? received)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { ApiPrefix = prefix });
        using var answer = await harness.Http.GetAsync(sent);
        answer.StatusCode.ShouldBe(received is null ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        harness.Server.Requests.ShouldBe(received is null ? [] : [$"GET {received}"]);
    }

    [Theory]
    [InlineData(false, "/api")]
    [InlineData(true, "/k8s/clusters/c/api")]
    public async Task The_path_of_the_server_is_put_before_requests_when_asked_for(bool append, string received)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { AppendServerPath = append }, serverPath: "/k8s/clusters/c");
        await harness.Http.GetAsync("/api");
        harness.Server.Requests.ShouldBe([$"GET {received}"]);
    }

    [Fact]
    public async Task The_body_of_the_server_is_not_kept_back_by_its_length()
    {
        var next = new TaskCompletionSource();
        await using var harness = await Harness.StartAsync(async c =>
        {
            c.Response.ContentLength = 10;
            c.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            await c.Response.WriteAsync("first");
            await c.Response.Body.FlushAsync();
            await next.Task;
            await c.Response.WriteAsync("later");
        });
        using var answer = await harness.Http.GetAsync("/api", HttpCompletionOption.ResponseHeadersRead);
        var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[5];
        await body.ReadExactlyAsync(buffer);
        Encoding.ASCII.GetString(buffer).ShouldBe("first");
        next.SetResult();
        await body.ReadExactlyAsync(buffer);
        Encoding.ASCII.GetString(buffer).ShouldBe("later");
    }
}
