using System.Security.Cryptography.X509Certificates;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Pki;

namespace Podkit.ApiServer.Tests.Authentication;

public class RequestAuthenticatorTests
{
    private const string Token = "0123456789abcdef";
    private static readonly string[] Audiences = ["server"];

    private readonly ManualTime time = new(ManualTime.Noon);
    private readonly ClusterCertificates certificates;
    private readonly RequestAuthenticator authenticator;

    public RequestAuthenticatorTests()
    {
        certificates = ClusterCertificates.Create(time);
        var tokens = new StaticTokens(new Dictionary<string, UserInfo> { [Token] = new("t", ["g"]) }, Audiences);
        authenticator = new RequestAuthenticator(new ClientCertificates(certificates, time), new TokenAuthenticators(tokens), Audiences);
    }

    [Fact]
    public async Task A_client_certificate_tells_user_and_groups()
    {
        using var certificate = certificates.CreateClient("system:node:n1", "system:nodes", "b", "a").ToCertificate();
        var user = (await Authenticate(certificate)).ShouldNotBeNull();
        user.Name.ShouldBe("system:node:n1");
        user.Groups.ShouldBe(["system:nodes", "b", "a", "system:authenticated"]);
        user.Extra!["authentication.kubernetes.io/credential-id"].ShouldHaveSingleItem().ShouldMatch("^X509SHA256=[0-9a-f]{64}$");
    }

    [Fact]
    public async Task A_certificate_is_good_for_its_time()
    {
        using var certificate = certificates.CreateClient("u").ToCertificate();
        (await Authenticate(certificate)).ShouldNotBeNull();
        time.Now += TimeSpan.FromDays(366);
        (await Authenticate(certificate)).ShouldBeNull();
        time.Now = ManualTime.Noon - TimeSpan.FromDays(1);
        (await Authenticate(certificate)).ShouldBeNull();
    }

    [Fact]
    public async Task Another_authoritys_certificate_proves_nothing()
    {
        using var other = ClusterCertificates.Create(time);
        using var certificate = other.CreateClient("u", UserInfo.Masters).ToCertificate();
        (await Authenticate(certificate)).ShouldBeNull();
    }

    [Fact]
    public async Task A_serving_certificate_is_no_client_certificate()
    {
        using var serving = certificates.CreateServing(System.Net.IPAddress.Loopback, []);
        (await Authenticate(serving)).ShouldBeNull();
    }

    [Theory]
    [InlineData("Bearer " + Token)]
    [InlineData("bearer " + Token)]
    [InlineData("  Bearer " + Token + "  ")]
    public async Task A_bearer_token_tells_the_user(string header)
    {
        var user = (await Authenticate(null, ("Authorization", header))).ShouldNotBeNull();
        user.Name.ShouldBe("t");
        user.Groups.ShouldBe(["g", "system:authenticated"]);
        user.Audiences.ShouldBe(Audiences);
    }

    [Fact]
    public async Task A_token_counts_where_a_certificate_does_not()
    {
        using var other = ClusterCertificates.Create(time);
        using var certificate = other.CreateClient("u").ToCertificate();
        (await Authenticate(certificate, ("Authorization", "Bearer " + Token))).ShouldNotBeNull().Name.ShouldBe("t");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer  " + Token)]
    [InlineData("Basic " + Token)]
    [InlineData(Token)]
    [InlineData("Bearer " + Token + "x")]
    public async Task Anything_else_is_nobody(string header) => (await Authenticate(null, ("Authorization", header))).ShouldBeNull();

    [Fact]
    public async Task Nobody_is_nobody() => (await Authenticate(null)).ShouldBeNull();

    [Fact]
    public async Task A_browser_sends_its_token_as_a_subprotocol_which_is_taken_out()
    {
        var carrier = "base64url.bearer.authorization.k8s.io." + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes(Token));
        var context = new DefaultHttpContext();
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers.SecWebSocketProtocol = $"{carrier}, v4.channel.k8s.io";
        (await authenticator.AuthenticateAsync(context, default)).ShouldNotBeNull().Name.ShouldBe("t");
        context.Request.Headers.SecWebSocketProtocol.ToString().ShouldBe("v4.channel.k8s.io");

        context.Request.Headers.SecWebSocketProtocol = carrier;
        (await authenticator.AuthenticateAsync(context, default)).ShouldBeNull();
    }

    [Property(MaxTest = 300)]
    public bool Any_header_is_answered(string text)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = text;
        context.Request.Headers.Upgrade = "websocket";
        context.Request.Headers.SecWebSocketProtocol = $"base64url.bearer.authorization.k8s.io.{text}, x";
        var answer = authenticator.AuthenticateAsync(context, default);
        return answer.IsCompletedSuccessfully && answer.Result is null;
    }

    [Fact]
    public void Short_static_tokens_are_refused() =>
        Should.Throw<ArgumentException>(() => new StaticTokens(new Dictionary<string, UserInfo> { ["short"] = new("u", []) }, Audiences)).Message.ShouldNotContain("short ");

    [Fact]
    public void Static_tokens_are_for_the_server_alone()
    {
        var tokens = new StaticTokens(new Dictionary<string, UserInfo> { [Token] = new("t", []) }, Audiences);
        tokens.Authenticate(Token, ["vault"]).Error.ShouldBe("token audiences [\"server\"] is invalid for the target audiences [\"vault\"]");
    }

    private async Task<UserInfo?> Authenticate(X509Certificate2? certificate, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        foreach (var (name, value) in headers) context.Request.Headers.Append(name, value);
        return await authenticator.AuthenticateAsync(context, default);
    }
}
