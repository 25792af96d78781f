using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Podkit.Client.Credentials;
using Podkit.Testing;

namespace Podkit.Client.Tests.Credentials;

public sealed class ExecPluginTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _seen = [];

    private string CallsFile => Path.Combine(_folder.Path, "calls");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_plugin_runs_once_and_again_when_its_credentials_expire()
    {
        await using var server = await Server();
        using var client = Client(server, Plugin($$$"""
            n=$(wc -l < "{{{CallsFile}}}")
            echo '{"kind":"ExecCredential","apiVersion":"{{{V1}}}","status":{"token":"token-'$n'","expirationTimestamp":"2026-01-31T12:0'$n':00Z"}}'
            """));
        await client.GetVersionAsync();
        await client.GetVersionAsync();
        _time.Advance(TimeSpan.FromSeconds(51));
        await client.GetVersionAsync();
        _seen.ShouldBe(["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
        Calls().ShouldBe(2);
    }

    [Fact]
    public async Task Calls_at_the_same_time_share_one_run()
    {
        await using var server = await Server();
        using var client = Client(server, Plugin(Answer("token-x")));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetVersionAsync()));
        Calls().ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_token_is_asked_for_again()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c =>
            c.Request.Headers.Authorization == "Bearer token-2" ? c.Json("""{"minor":"34"}""") : c.Status(401, "Unauthorized", "Unauthorized"));
        using var client = Client(server, Plugin($$$"""
            n=$(wc -l < "{{{CallsFile}}}")
            echo '{"kind":"ExecCredential","apiVersion":"{{{V1}}}","status":{"token":"token-'$n'"}}'
            """));
        (await client.GetVersionAsync()).Minor.ShouldBe("34");
        Calls().ShouldBe(2);
    }

    [Fact]
    public async Task A_plugin_that_has_nothing_else_leaves_the_refusal_to_the_caller()
    {
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), c => c.Status(401, "Unauthorized", "Unauthorized"));
        using var client = Client(server, Plugin(Answer("same")));
        (await Should.ThrowAsync<KubernetesException>(() => client.GetVersionAsync())).IsUnauthorized.ShouldBeTrue();
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_plugin_can_give_a_client_certificate()
    {
        var (certificate, key) = _authority.ClientPem("from-plugin", rsa: false);
        var answer = new JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = V1,
            ["status"] = new JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key },
        };
        var file = _folder.Write("answer", answer.ToJsonString());
        await using var server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            using var shown = await c.Connection.GetClientCertificateAsync();
            await c.Json($$"""{"minor":"{{shown?.GetNameInfo(X509NameType.SimpleName, false)}}","major":"{{c.Request.Headers.Authorization}}"}""");
        }, clients: _authority);
        using var client = Client(server, Plugin($"cat '{file}'"));
        var version = await client.GetVersionAsync();
        version.Minor.ShouldBe("from-plugin");
        version.Major.ShouldBe("");
    }

    [Fact]
    public async Task A_plugin_gets_its_arguments_its_environment_and_the_cluster()
    {
        await using var server = await Server();
        var told = Path.Combine(_folder.Path, "told");
        var exec = Plugin($"""
            printf '%s' "$KUBERNETES_EXEC_INFO" > '{told}'
            token=$(echo "$1-$REGION" | tr ' ' '-')
            {Answer("'$token'")}
            """) with
        {
            Arguments = ["first argument"],
            Environment = [new("REGION", "here")],
            ProvideClusterInfo = true,
            ClusterConfiguration = """{"audience":"me"}""",
        };
        using var client = Client(server, exec);
        await client.GetVersionAsync();
        _seen.ShouldBe(["Bearer first-argument-here"]);

        var information = JsonNode.Parse(await File.ReadAllTextAsync(told))!;
        information["kind"]!.GetValue<string>().ShouldBe("ExecCredential");
        information["apiVersion"]!.GetValue<string>().ShouldBe(V1);
        information["spec"]!["interactive"]!.GetValue<bool>().ShouldBeFalse();
        information["spec"]!["cluster"]!["server"]!.GetValue<string>().ShouldBe(server.Address.OriginalString);
        information["spec"]!["cluster"]!["config"]!["audience"]!.GetValue<string>().ShouldBe("me");
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(information["spec"]!["cluster"]!["certificate-authority-data"]!.GetValue<string>())).ShouldBe(_authority.Pem);
    }

    [Theory]
    [InlineData("echo 'please log in' >&2; exit 3", "exit code 3: please log in")]
    [InlineData("echo secret-token-in-no-json", "its answer is not")]
    [InlineData("echo '{\"kind\":\"Pod\",\"status\":{\"token\":\"secret-token\"}}'", "not of kind ExecCredential")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"secret-token\"}}'", "not of apiVersion client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}'", "has no status")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither status.token nor status.clientCertificateData")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"secret-token\",\"token\":\"t\"}}'", "needs both")]
    [InlineData("head -c 2000000 /dev/zero", "larger than")]
    public async Task A_plugin_that_fails_is_told_by_name_and_without_what_it_gave(string script, string said)
    {
        await using var server = await Server();
        using var client = Client(server, Plugin(script));
        var error = await Should.ThrowAsync<KubernetesConfigurationException>(() => client.GetVersionAsync());
        error.Message.ShouldContain("the credential plugin");
        error.Message.ShouldContain(said);
        error.ToString().ShouldNotContain("secret-token");
        _seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_plugin_complains_of_is_told_by_its_last_lines_without_credentials()
    {
        await using var server = await Server();
        using var client = Client(server, Plugin("""
            i=0; while [ $i -lt 2000 ]; do echo "trace line $i of very many" >&2; i=$((i+1)); done
            echo 'refreshing with eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2ln' >&2
            echo '{"refresh_token":"hunter2","error":"invalid_grant"}' >&2
            echo 'please log in again with login --browser' >&2
            exit 3
            """));
        var error = await Should.ThrowAsync<KubernetesConfigurationException>(() => client.GetVersionAsync());
        error.Message.ShouldEndWith("""exit code 3: refreshing with <redacted>; {"refresh_token":"<redacted>","error":"invalid_grant"}; please log in again with login --browser""");
    }

    [Theory]
    [InlineData("Bearer abc123def", "Bearer <redacted>")]
    [InlineData("sent Authorization: Basic dXNlcjpwYXNzd29yZA==", "sent Authorization: Basic <redacted>")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY=<redacted>")]
    [InlineData("used wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "used <redacted>")]
    [InlineData("password: hunter2", "password: <redacted>")]
    [InlineData("run with --token s3cr3t", "run with --token <redacted>")]
    [InlineData("GET https://user:pw@login.example/oauth2/token?code=abc failed", "GET https://<redacted>@login.example/oauth2/token?<redacted> failed")]
    [InlineData("{\"token\": \"a\\\"b\", \"hint\": \"log in\"}", "{\"token\": \"<redacted>\", \"hint\": \"log in\"}")]
    [InlineData("msg=\"{\\\"id_token\\\":\\\"short\\\",\\\"a\\\":1}\"", "msg=\"{\\\"id_token\\\":\\\"<redacted>\\\",\\\"a\\\":1}\"")]
    [InlineData("{\"token\": \"cut off", "{\"token\": \"<redacted>\"")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nabc\ndef\n-----END EC PRIVATE KEY-----\nnot readable", "<redacted>; not readable")]
    [InlineData("\u001b[31mid \u001b[0m0123456789abcdef0123456789abcdef", "id <redacted>")]
    [InlineData("error: the token has expired, see /usr/local/share/credential-plugin/README.md or https://login.example.com/device", "error: the token has expired, see /usr/local/share/credential-plugin/README.md or https://login.example.com/device")]
    [InlineData("InteractionRequiredException: AADSTS50058 in github.com/example/plugin-for-kubernetes/pkg", "InteractionRequiredException: AADSTS50058 in github.com/example/plugin-for-kubernetes/pkg")]
    public void What_looks_like_a_credential_is_removed_from_a_complaint_and_the_rest_stays(string complaint, string cleaned) => PluginComplaint.Clean(complaint).ShouldBe(cleaned);

    [Fact]
    public async Task The_rest_of_a_line_whose_beginning_is_lost_is_not_told() =>
        (await PluginComplaint.ReadAsync(new StringReader(string.Concat(Enumerable.Repeat("ab cd ", 20_000))))).ShouldBeEmpty();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plugin_that_may_ask_somebody_has_the_terminal(bool interactive)
    {
        var start = ExecCredentialProcess.Prepare(Plugin("true"), new KubernetesClientConfiguration(new Uri("https://h")), interactive);
        start.RedirectStandardError.ShouldBe(!interactive);
        start.RedirectStandardInput.ShouldBe(!interactive);
        start.RedirectStandardOutput.ShouldBeTrue();
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_is_told_with_its_install_hint()
    {
        await using var server = await Server();
        using var client = Client(server, new ExecCredentialOptions { Command = "no-such-plugin", InteractiveMode = ExecInteractiveMode.Never, InstallHint = "Install it from the intranet." });
        (await Should.ThrowAsync<KubernetesConfigurationException>(() => client.GetVersionAsync())).Message.ShouldBe(
            "code: the credential plugin no-such-plugin cannot be used: it is not in PATH. Install it from the intranet.");
    }

    [Fact]
    public async Task A_plugin_that_hangs_is_ended_with_the_call()
    {
        await using var server = await Server();
        using var client = Client(server, Plugin("exec sleep 600"));
        using var cancellation = new CancellationTokenSource();
        var call = client.GetVersionAsync(cancellation.Token);
        while (!File.Exists(CallsFile) && !call.IsCompleted) await Task.Delay(10);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_plugin_is_never_run_for_plain_http()
    {
        await using var server = await FakeApiServer.StartAsync(null, c => c.Json($$"""{"minor":"{{c.Request.Headers.Authorization}}"}"""));
        using var client = new KubernetesClient(new KubernetesClientConfiguration(new Uri($"http://localhost:{server.Port}")) { Exec = Plugin(Answer("secret")) });
        (await client.GetVersionAsync()).Minor.ShouldBe("");
    }

    private static string Answer(string token) => $$$"""echo '{"kind":"ExecCredential","apiVersion":"{{{V1}}}","status":{"token":"{{{token}}}"}}'""";

    private ExecCredentialOptions Plugin(string script)
    {
        var file = _folder.Write("plugin", $"#!/bin/sh\necho run >> '{CallsFile}'\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return new ExecCredentialOptions { Command = file, InteractiveMode = ExecInteractiveMode.Never };
    }

    private int Calls() => File.ReadAllLines(CallsFile).Length;

    private Task<FakeApiServer> Server() => FakeApiServer.StartAsync(_authority.Server(), c =>
    {
        lock (_seen) _seen.Add(c.Request.Headers.Authorization.ToString());
        return c.Json("""{"minor":"34"}""");
    });

    private KubernetesClient Client(FakeApiServer server, ExecCredentialOptions exec) => new(
        new KubernetesClientConfiguration(server.Address) { CertificateAuthorityData = _authority.Pem, Exec = exec }, new KubernetesClientOptions { TimeProvider = _time });
}
