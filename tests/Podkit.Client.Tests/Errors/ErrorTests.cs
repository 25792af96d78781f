using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Podkit.Client.Tests.Misbehaving;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;
using Podkit.Testing;

namespace Podkit.Client.Tests.Errors;

public sealed class ErrorTests : IDisposable
{
    private const string Token = "eyJhbGciOi.very-secret-token.c2ln";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(404, "NotFound", nameof(KubernetesException.IsNotFound))]
    [InlineData(409, "Conflict", nameof(KubernetesException.IsConflict))]
    [InlineData(409, "AlreadyExists", nameof(KubernetesException.IsAlreadyExists))]
    [InlineData(403, "Forbidden", nameof(KubernetesException.IsForbidden))]
    [InlineData(401, "Unauthorized", nameof(KubernetesException.IsUnauthorized))]
    [InlineData(410, "Expired", nameof(KubernetesException.IsGone))]
    [InlineData(410, "Gone", nameof(KubernetesException.IsGone))]
    [InlineData(422, "Invalid", nameof(KubernetesException.IsInvalid))]
    [InlineData(400, "BadRequest", nameof(KubernetesException.IsBadRequest))]
    [InlineData(429, "TooManyRequests", nameof(KubernetesException.IsTooManyRequests))]
    public void Each_refusal_is_one_thing_and_no_other(int code, string reason, string property)
    {
        var error = new KubernetesException(new Status { Code = code, Reason = reason });
        var all = new Dictionary<string, bool>
        {
            [nameof(error.IsNotFound)] = error.IsNotFound,
            [nameof(error.IsConflict)] = error.IsConflict,
            [nameof(error.IsAlreadyExists)] = error.IsAlreadyExists,
            [nameof(error.IsForbidden)] = error.IsForbidden,
            [nameof(error.IsUnauthorized)] = error.IsUnauthorized,
            [nameof(error.IsGone)] = error.IsGone,
            [nameof(error.IsInvalid)] = error.IsInvalid,
            [nameof(error.IsBadRequest)] = error.IsBadRequest,
            [nameof(error.IsTooManyRequests)] = error.IsTooManyRequests,
        };
        all.Where(p => p.Value).Select(p => p.Key).ShouldBe([property]);
    }

    [Fact]
    public async Task The_whole_status_reaches_the_caller()
    {
        var error = await FailAsync(c => c.Status(
            422, "Invalid", "Pod \\\"p\\\" is invalid", """{"name":"p","kind":"Pod","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.containers"}]}"""));
        error.Code.ShouldBe(422);
        error.Status.Details!.Causes!.ShouldHaveSingleItem().Field.ShouldBe("spec.containers");
        error.Message.ShouldBe("Pod \"p\" is invalid");
    }

    [Fact]
    public async Task An_answer_that_is_no_status_is_told_by_its_first_line()
    {
        var error = await FailAsync(c =>
        {
            c.Response.StatusCode = 502;
            return c.Response.WriteAsync("<html>upstream is down</html>\nmore");
        });
        error.Code.ShouldBe(502);
        error.Message.ShouldBe("GET /api/v1/namespaces/default/pods/p was answered 502 Bad Gateway: <html>upstream is down</html>");
    }

    [Fact]
    public async Task An_answer_that_is_not_the_object_is_a_protocol_error_without_its_content()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("""{"data":{"password":hunter2}}"""));
        using var client = Clients.For(server, _authority, Token);
        var error = await Should.ThrowAsync<KubernetesConnectionException>(() => client.Secrets.GetAsync("s"));
        error.Error.ShouldBe(KubernetesConnectionError.Protocol);
        error.ToString().ShouldNotContain("hunter2");
        error.ToString().ShouldNotContain("'h'");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[[[[")]
    public async Task Garbage_for_an_answer_is_a_protocol_error(string body)
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json(body));
        using var client = Clients.For(server, _authority);
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.Pods.GetAsync("p"))).Error.ShouldBe(KubernetesConnectionError.Protocol);
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.Pods.ListPageAsync())).Error.ShouldBe(KubernetesConnectionError.Protocol);
    }

    [Fact]
    public async Task An_answer_beyond_the_bound_is_refused()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json($"\"{new string('x', 100_000)}\""));
        using var client = Clients.For(server, _authority, options: new KubernetesClientOptions { MaximumResponseBytes = 50_000 });
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetTextAsync("/x"))).Message.ShouldContain("larger than 50000 bytes");
    }

    [Fact]
    public async Task Nothing_listening_is_told_as_such()
    {
        var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Json("{}"));
        await server.DisposeAsync();
        using var client = Clients.For(server, _authority);
        var error = await Should.ThrowAsync<KubernetesConnectionException>(() => client.GetVersionAsync());
        error.Error.ShouldBe(KubernetesConnectionError.Refused);
        error.Message.ShouldContain($"nothing listens at https://localhost:{server.Port}/");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_told_as_such()
    {
        var time = new ManualTime();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Forever());
        using var client = Clients.For(server, _authority, options: new KubernetesClientOptions { TimeProvider = time, RequestTimeout = TimeSpan.FromSeconds(7) });
        var call = client.GetVersionAsync();
        await time.TimerAsync(t => t == TimeSpan.FromSeconds(7));
        time.Advance(TimeSpan.FromSeconds(7));
        var error = await Should.ThrowAsync<KubernetesConnectionException>(() => call);
        error.Error.ShouldBe(KubernetesConnectionError.TimedOut);
        error.Message.ShouldContain("GET /version within 7 s");
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_the_server_notices()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            begun.TrySetResult();
            await c.Forever();
            ended.TrySetResult();
        });
        using var client = Clients.For(server, _authority);
        using var cancellation = new CancellationTokenSource();
        var call = client.GetVersionAsync(cancellation.Token);
        await begun.Task.WaitAsync(Limit);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await ended.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_token_that_the_server_repeats_is_not_in_the_error()
    {
        var error = await FailAsync(c => c.Status(403, "Forbidden", $"who is {c.Request.Headers.Authorization}?", $$"""{"causes":[{"message":"{{Token}}"}]}"""));
        error.ToString().ShouldNotContain(Token);
        error.Message.ShouldBe("who is Bearer <redacted>?");
        error.Status.Details!.Causes![0].Message.ShouldBe("<redacted>");
    }

    [Fact]
    public async Task A_token_that_is_cut_where_an_answer_is_cut_is_not_in_the_error()
    {
        var start = new string('x', 185);
        var error = await FailAsync(c =>
        {
            c.Response.StatusCode = 502;
            return c.Response.WriteAsync($"{start} {Token} {new string('y', 300)}");
        });
        error.ToString().ShouldNotContain(Token[..8]);
        error.Message.ShouldEndWith($": {start} <redacted> yyy");
    }

    [Fact]
    public async Task A_token_is_in_no_part_of_the_status()
    {
        var error = await FailAsync(c => c.Status(403, $"Because{Token}", "no", $$"""{"name":"{{Token}}","causes":[{"reason":"{{Token}}","field":"spec.{{Token}}"}]}"""));
        error.Reason.ShouldBe("Because<redacted>");
        error.Status.Details!.Name.ShouldBe("<redacted>");
        error.Status.Details.Causes![0].Reason.ShouldBe("<redacted>");
        error.Status.Details.Causes[0].Field.ShouldBe("spec.<redacted>");
    }

    [Fact]
    public async Task A_reason_is_still_known_when_a_secret_holds_that_word()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Status(409, "AlreadyExists", "secrets AlreadyExists"));
        using var client = Clients.For(server, _authority, Token);
        var secret = new Secret { Metadata = new ObjectMeta { Name = "s" }, StringData = new() { ["q"] = "AlreadyExists" } };
        var error = await Should.ThrowAsync<KubernetesException>(() => client.Secrets.CreateAsync(secret));
        error.IsAlreadyExists.ShouldBeTrue();
        error.Message.ShouldBe("secrets <redacted>");
    }

    [Fact]
    public async Task Secret_data_that_the_server_repeats_is_not_in_the_error()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            using var reader = new StreamReader(c.Request.Body);
            var body = (await reader.ReadToEndAsync()).Replace("\"", "\\\"", StringComparison.Ordinal);
            await c.Status(400, "BadRequest", $"cannot decode {body} (that is hunter2hunter2)");
        });
        using var client = Clients.For(server, _authority, Token);
        var secret = new Secret { Metadata = new ObjectMeta { Name = "s" }, Data = new() { ["p"] = "hunter2hunter2"u8.ToArray() }, StringData = new() { ["q"] = "correct horse" } };
        Check(await Should.ThrowAsync<KubernetesException>(() => client.Secrets.CreateAsync(secret)));
        var patch = JsonNode.Parse("""[{"op":"add","path":"/stringData/q","value":"correct horse"},{"op":"add","path":"/data/p","value":"aHVudGVyMmh1bnRlcjI="}]""")!;
        Check(await Should.ThrowAsync<KubernetesException>(() => client.Secrets.PatchAsync("s", PatchType.Json, patch)));

        static void Check(KubernetesException error)
        {
            error.ToString().ShouldNotContain("hunter2");
            error.ToString().ShouldNotContain("aHVudGVyMmh1bnRlcjI=");
            error.ToString().ShouldNotContain("correct horse");
            error.Message.ShouldContain("cannot decode");
        }
    }

    [Fact]
    public async Task A_secret_that_something_in_between_repeats_is_not_in_the_error()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            c.Response.StatusCode = 500;
            return c.Response.WriteAsync("password: hunter2");
        });
        using var client = Clients.For(server, _authority, Token);
        (await Should.ThrowAsync<KubernetesException>(() => client.Secrets.GetAsync("s"))).Message.ShouldBe("GET /api/v1/namespaces/default/secrets/s was answered 500 Internal Server Error");
    }

    [Theory]
    [InlineData("NotFound", 404, nameof(KubernetesException.IsNotFound))]
    [InlineData("AlreadyExists", 409, nameof(KubernetesException.IsAlreadyExists))]
    [InlineData("Conflict", 409, nameof(KubernetesException.IsConflict))]
    [InlineData("Forbidden", 403, nameof(KubernetesException.IsForbidden))]
    [InlineData("Unauthorized", 401, nameof(KubernetesException.IsUnauthorized))]
    [InlineData("Gone", 410, nameof(KubernetesException.IsGone))]
    [InlineData("Expired", 410, nameof(KubernetesException.IsGone))]
    [InlineData("Invalid", 422, nameof(KubernetesException.IsInvalid))]
    [InlineData("BadRequest", 400, nameof(KubernetesException.IsBadRequest))]
    [InlineData("TooManyRequests", 429, nameof(KubernetesException.IsTooManyRequests))]
    [InlineData("ServiceUnavailable", 503, nameof(KubernetesException.IsServiceUnavailable))]
    [InlineData("Timeout", 504, nameof(KubernetesException.IsTimeout))]
    [InlineData("ServerTimeout", 500, nameof(KubernetesException.IsServerTimeout))]
    [InlineData("InternalError", 500, nameof(KubernetesException.IsInternalError))]
    [InlineData("MethodNotAllowed", 405, nameof(KubernetesException.IsMethodNotSupported))]
    [InlineData("NotAcceptable", 406, nameof(KubernetesException.IsNotAcceptable))]
    [InlineData("UnsupportedMediaType", 415, nameof(KubernetesException.IsUnsupportedMediaType))]
    [InlineData("RequestEntityTooLarge", 413, nameof(KubernetesException.IsRequestEntityTooLarge))]
    public void Each_reason_is_one_question_and_only_that(string reason, int code, string property)
    {
        var error = new KubernetesException(new Status { Reason = reason, Code = code });
        typeof(KubernetesException).GetProperties().Where(p => p.PropertyType == typeof(bool) && (bool)p.GetValue(error)!).Select(p => p.Name).ShouldBe([property]);
    }

    [Fact]
    public void Causes_can_be_asked_for()
    {
        var error = new KubernetesException(new Status { Reason = "Forbidden", Code = 403, Details = new StatusDetails { Causes = [new StatusCause { Reason = "NamespaceTerminating" }] } });
        error.IsNamespaceTerminating.ShouldBeTrue();
        error.HasCause("NamespaceTerminating").ShouldBeTrue();
        error.HasCause("DisruptionBudget").ShouldBeFalse();
    }

    [Fact]
    public async Task Throttled_calls_come_again_when_the_server_says_so()
    {
        var time = new ManualTime();
        var attempts = 0;
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            if (Interlocked.Increment(ref attempts) > 2) return c.Json(Answers.Pod("p", 1), 201);
            c.Response.Headers.RetryAfter = attempts == 1 ? "2" : time.GetUtcNow().AddSeconds(3).ToString("R");
            return c.Status(429, "TooManyRequests", "slow down");
        });
        using var client = Clients.For(server, _authority, options: new KubernetesClientOptions { TimeProvider = time });
        var call = client.Pods.CreateAsync(new Pod { Metadata = new ObjectMeta { Name = "p" } });
        await time.TimerAsync(t => t == TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        await time.TimerAsync(t => t == TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(3));
        (await call).Metadata.Name.ShouldBe("p");
        attempts.ShouldBe(3);
    }

    [Theory]
    [InlineData(1, 5, true)]
    [InlineData(2, 5, false)]
    [InlineData(1, 0, false)]
    public async Task What_reads_is_sent_once_more_when_its_connection_is_cut_and_what_writes_is_not(int cuts, int retries, bool answered)
    {
        var left = cuts;
        await using var server = new RawApiServer(_authority.Server()) { Gate = x => Interlocked.Decrement(ref left) < 0 ? x.AnswerAsync(200, Answers.Pod("p", 1)) : Task.FromResult(x.Reset()) };
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem }, new KubernetesClientOptions { MaximumRetries = retries });
        if (answered) (await client.Pods.GetAsync("p")).Metadata.Name.ShouldBe("p");
        else (await Should.ThrowAsync<KubernetesConnectionException>(() => client.Pods.GetAsync("p"))).Error.ShouldBe(KubernetesConnectionError.Broken);
        server.Requests.Count.ShouldBe(retries == 0 ? 1 : 2);

        var before = server.Requests.Count;
        left = 1;
        var pod = new Pod { Metadata = new ObjectMeta { Name = "p" } };
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.Pods.CreateAsync(pod))).Error.ShouldBe(KubernetesConnectionError.Broken);
        server.Requests.Count.ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_answer_that_is_not_http_is_not_asked_for_again()
    {
        await using var server = new RawApiServer(_authority.Server())
        {
            Gate = async x =>
            {
                await x.WriteAsync("SSH-2.0-OpenSSH\r\n\r\n");
                return await x.SilenceAsync();
            },
        };
        using var client = new KubernetesClient(new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem });
        (await Should.ThrowAsync<KubernetesConnectionException>(() => client.Pods.GetAsync("p"))).Error.ShouldBe(KubernetesConnectionError.Broken);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_reads_survives_restarts_of_the_server(bool http2)
    {
        using var certificate = _authority.Server();
        var port = Ports.Steady();
        var server = await FakeApiServer.StartAsync(certificate, c => c.Json(Answers.Pod("p", 1)), port, http2);
        using var client = Clients.For(server, _authority);
        for (var i = 0; i < 2; i++)
        {
            (await client.Pods.GetAsync("p")).Metadata.Name.ShouldBe("p");
            await server.DisposeAsync();
            server = await FakeApiServer.StartAsync(certificate, c => c.Json(Answers.Pod("p", 1)), port, http2);
        }

        (await client.Pods.GetAsync("p")).Metadata.Name.ShouldBe("p");
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(503, "0", "PUT", 6)]
    [InlineData(504, "0", "GET", 6)]
    [InlineData(503, "0", "POST", 1)]
    [InlineData(503, null, "GET", 1)]
    [InlineData(500, "0", "GET", 1)]
    [InlineData(429, "0", "POST", 6)]
    [InlineData(429, "3600", "GET", 1)]
    public async Task Only_what_may_come_again_comes_again(int code, string? after, string verb, int attempts)
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            if (after is not null) c.Response.Headers.RetryAfter = after;
            c.Response.Headers["X-Kubernetes-PF-FlowSchema-UID"] = "flow";
            return c.Status(code, "X", "no");
        });
        using var client = Clients.For(server, _authority);
        var pod = new Pod { Metadata = new ObjectMeta { Name = "p" } };
        var error = await Should.ThrowAsync<KubernetesException>(() => verb switch
        {
            "PUT" => client.Pods.ReplaceAsync(pod),
            "POST" => client.Pods.CreateAsync(pod),
            _ => client.Pods.GetAsync("p"),
        });
        error.FlowSchemaUid.ShouldBe("flow");
        server.Requests.Count.ShouldBe(attempts);
    }

    [Fact]
    public async Task Warnings_of_the_server_are_passed_on()
    {
        var warnings = new List<string>();
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
        {
            c.Response.Headers["Warning"] = """299 - "unknown field \"spec.x\"" """.Trim();
            return c.Json(Answers.Pod("p", 1));
        });
        using var client = Clients.For(server, _authority, options: new KubernetesClientOptions { OnWarning = warnings.Add });
        await client.Pods.GetAsync("p");
        warnings.ShouldBe(["unknown field \"spec.x\""]);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_by_name() => Should.Throw<KubernetesConfigurationException>(
        () => new KubernetesClient(new KubernetesClientConfiguration(new Uri("https://h")), new KubernetesClientOptions { RequestTimeout = TimeSpan.Zero }))
        .Message.ShouldBe("KubernetesClientOptions.RequestTimeout must be positive");

    private async Task<KubernetesException> FailAsync(RequestDelegate answer)
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), answer);
        using var client = Clients.For(server, _authority, Token);
        return await Should.ThrowAsync<KubernetesException>(() => client.Pods.GetAsync("p"));
    }
}
