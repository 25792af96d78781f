using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Tests.Authorization;

namespace Podkit.ApiServer.Tests.Authentication;

public class ServiceAccountTokensTests
{
    private readonly FakeObjects objects = new();
    private readonly ManualTime time = new(ManualTime.Noon);
    private readonly TokenSigningKey key = TokenSigningKey.Create();
    private readonly ServiceAccountTokens tokens;
    private readonly StoredObject account;
    private readonly StoredObject pod;

    public ServiceAccountTokensTests()
    {
        tokens = new ServiceAccountTokens([key], objects, time);
        account = objects.Put("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"reader","namespace":"n"}}""");
        pod = objects.Put("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"spec":{"serviceAccountName":"reader"}}""");
    }

    [Fact]
    public void A_token_speaks_for_its_service_account()
    {
        var user = Check(Issue()).User.ShouldNotBeNull();
        user.Name.ShouldBe("system:serviceaccount:n:reader");
        user.Uid.ShouldBe(account.Uid);
        user.Groups.ShouldBe(["system:serviceaccounts", "system:serviceaccounts:n", "system:authenticated"]);
        user.Audiences.ShouldBe(["https://kubernetes.default.svc"]);
        user.Extra!.Keys.ShouldBe(["authentication.kubernetes.io/credential-id"]);
        user.Extra["authentication.kubernetes.io/credential-id"].ShouldHaveSingleItem().ShouldMatch("^JTI=[0-9a-f-]{36}$");
    }

    [Fact]
    public void A_token_bound_to_a_pod_tells_the_pod_and_its_node()
    {
        var grant = Grant() with { Pod = new TokenReference("p", pod.Uid), Node = new TokenReference("n1", "node-uid") };
        var extra = Check(tokens.Issue(grant, time.Now)).User.ShouldNotBeNull().Extra!;
        extra["authentication.kubernetes.io/pod-name"].ShouldBe(["p"]);
        extra["authentication.kubernetes.io/pod-uid"].ShouldBe([pod.Uid]);
        extra["authentication.kubernetes.io/node-name"].ShouldBe(["n1"]);
        extra["authentication.kubernetes.io/node-uid"].ShouldBe(["node-uid"]);
    }

    [Fact]
    public void The_payload_has_the_claims_of_Kubernetes()
    {
        var token = tokens.Issue(Grant() with { Pod = new TokenReference("p", "u"), WarnAfterSeconds = 3607 }, time.Now);
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();
        claims.Select(c => c.Key).ShouldBe(["aud", "exp", "iat", "iss", "jti", "kubernetes.io", "nbf", "sub"]);
        var now = time.Now.ToUnixTimeSeconds();
        ((long)claims["exp"]!).ShouldBe(now + 600);
        ((long)claims["nbf"]!).ShouldBe(now);
        ((long)claims["kubernetes.io"]!["warnafter"]!).ShouldBe(now + 3607);
        claims["kubernetes.io"]!["pod"]!.ToJsonString().ShouldBe("""{"name":"p","uid":"u"}""");
        JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]))!["kid"]!.ToString().ShouldBe(key.Id);
    }

    [Fact]
    public void A_token_ends_with_its_time()
    {
        var token = Issue();
        time.Now += TimeSpan.FromSeconds(600);
        Check(token).User.ShouldNotBeNull();
        time.Now += TimeSpan.FromSeconds(61);
        Check(token).Error.ShouldBe("service account token has expired");
        time.Now = ManualTime.Noon - TimeSpan.FromSeconds(61);
        Check(token).Error.ShouldBe("service account token is not valid yet");
    }

    [Fact]
    public void A_token_for_others_is_not_for_the_server()
    {
        var token = tokens.Issue(Grant() with { Audiences = ["vault"] }, time.Now);
        Check(token).Error.ShouldBe("token audiences [\"vault\"] is invalid for the target audiences [\"https://kubernetes.default.svc\"]");
        tokens.Authenticate(token, ["x", "vault"]).User.ShouldNotBeNull().Audiences.ShouldBe(["vault"]);
    }

    [Fact]
    public void A_token_ends_with_its_service_account()
    {
        var token = Issue();
        Check(token).User.ShouldNotBeNull();
        objects.Delete(account);
        Check(token).Error.ShouldBe("serviceaccounts \"reader\" not found");
        var successor = objects.Put("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"reader","namespace":"n"}}""");
        Check(token).Error.ShouldBe($"service account UID ({successor.Uid}) does not match claim ({account.Uid})");
    }

    [Fact]
    public void A_token_ends_with_its_pod()
    {
        var token = tokens.Issue(Grant() with { Pod = new TokenReference("p", pod.Uid) }, time.Now);
        Check(token).User.ShouldNotBeNull();
        objects.Delete(pod);
        Check(token).Error.ShouldBe("service account token has been invalidated");
    }

    [Fact]
    public void A_token_ends_a_minute_after_the_time_at_which_its_pod_is_to_be_gone()
    {
        var token = tokens.Issue(Grant() with { Pod = new TokenReference("p", pod.Uid) }, time.Now);
        var document = pod.ToJson();
        document["metadata"]!["deletionTimestamp"] = "2026-11-22T12:00:30Z";
        objects.Put(document);
        Check(token).User.ShouldNotBeNull();
        time.Now += TimeSpan.FromSeconds(91);
        Check(token).Error.ShouldBe("service account token has been invalidated");
    }

    [Fact]
    public void A_token_bound_to_a_secret_or_a_node_ends_with_it()
    {
        var secret = objects.Put("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n"}}""");
        var node = objects.Put("""{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}""");
        var ofSecret = tokens.Issue(Grant() with { Secret = new TokenReference("s", secret.Uid) }, time.Now);
        var ofNode = tokens.Issue(Grant() with { Node = new TokenReference("n1", node.Uid) }, time.Now);
        Check(ofSecret).User.ShouldNotBeNull();
        Check(ofNode).User.ShouldNotBeNull();
        objects.Delete(secret);
        objects.Delete(node);
        Check(ofSecret).Error.ShouldBe("service account token has been invalidated");
        Check(ofNode).Error.ShouldBe("service account token has been invalidated");
    }

    [Fact]
    public void Another_servers_token_is_refused()
    {
        using var other = TokenSigningKey.Create();
        var foreign = new ServiceAccountTokens([other], objects, time).Issue(Grant(), time.Now);
        Check(foreign).ShouldBe(TokenResult.Refused("the token's signature is invalid"));
        var elsewhere = new ServiceAccountTokens([key], objects, time, "https://elsewhere").Issue(Grant(), time.Now);
        Check(elsewhere).ShouldBe(TokenResult.Unknown);
    }

    [Fact]
    public void An_older_key_is_accepted_beside_the_one_that_signs()
    {
        using var next = TokenSigningKey.Load(TokenSigningKey.Create().ExportPem());
        var rotated = new ServiceAccountTokens([next, key], objects, time);
        rotated.Authenticate(Issue(), rotated.ServerAudiences).User.ShouldNotBeNull();
        rotated.Authenticate(rotated.Issue(Grant(), time.Now), rotated.ServerAudiences).User.ShouldNotBeNull();
        Check(rotated.Issue(Grant(), time.Now)).User.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"ES256","crit":["x"]}""")]
    [InlineData("""["ES256"]""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"alg":"ES256"}""")]
    public void A_header_of_another_kind_is_none_of_ours(string header)
    {
        var parts = Issue().Split('.');
        Check($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{parts[1]}.{parts[2]}").User.ShouldBeNull();
        Check($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{parts[1]}.").ShouldBe(TokenResult.Unknown);
    }

    [Theory]
    [InlineData("""{"iss":"https://kubernetes.default.svc"}""")]
    [InlineData("""{"iss":"https://kubernetes.default.svc","kubernetes.io":7}""")]
    [InlineData("""{"iss":"https://kubernetes.default.svc","sub":"x","exp":"soon","kubernetes.io":{"namespace":"n","serviceaccount":{"name":"reader"}}}""")]
    [InlineData("""{"iss":"https://kubernetes.default.svc","sub":"x","exp":1e300,"kubernetes.io":{"namespace":"n","serviceaccount":{"name":"reader"}}}""")]
    [InlineData("""{"iss":"https://kubernetes.default.svc","sub":"x","exp":9999999999,"aud":[7],"kubernetes.io":{"namespace":"n","serviceaccount":{"name":"reader"}}}""")]
    [InlineData("""{"iss":"https://kubernetes.default.svc","sub":"x","exp":9999999999,"kubernetes.io":{"namespace":"n","serviceaccount":"reader"}}""")]
    [InlineData("""{"iss":"https://kubernetes.default.svc","sub":"x","exp":9999999999,"kubernetes.io":{"namespace":"n","serviceaccount":{"name":"reader"},"pod":[]}}""")]
    public void Signed_but_malformed_claims_are_refused(string claims)
    {
        var signed = $"{Base64Url.EncodeToString("""{"alg":"ES256"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var token = $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
        Check(token).ShouldBe(TokenResult.Refused("the token is not that of a service account"));
    }

    [Property(MaxTest = 500)]
    public Property A_changed_token_is_never_accepted_and_never_throws()
    {
        var token = Issue();
        var change =
            from at in Gen.Choose(0, token.Length - 1)
            from kind in Gen.Choose(0, 3)
            from character in Gen.OneOf(Gen.Choose(0, 127), Gen.Choose(0, 0xffff)).Select(c => (char)c)
            select kind switch
            {
                0 => token.Remove(at, 1),
                1 => token.Insert(at, character.ToString()),
                2 => token[..at],
                _ => token[..at] + character + token[(at + 1)..],
            };
        return Prop.ForAll(Arb.From(change), changed => changed == token || Check(changed).User is null);
    }

    [Property(MaxTest = 500)]
    public bool Any_text_is_answered(string text) => Check(text ?? "").User is null && Check($"{text}.{text}.{text}").User is null;

    [Property(MaxTest = 300)]
    public bool Any_bytes_in_the_form_of_a_token_are_answered(byte[] header, byte[] payload, byte[] signature) =>
        Check($"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(signature)}").User is null;

    [Fact]
    public void A_token_beyond_the_limit_is_refused_unread() => Check(new string('a', 1 << 20) + ".b.c").ShouldBe(TokenResult.Unknown);

    [Fact]
    public void The_keys_for_others_are_those_that_sign()
    {
        var keys = OpenIdDocuments.Keys([key]);
        var web = keys["keys"]![0]!;
        web["kid"]!.ToString().ShouldBe(key.Id);
        Base64Url.DecodeFromChars(web["x"]!.ToString()).Length.ShouldBe(32);
        using var rebuilt = System.Security.Cryptography.ECDsa.Create(new System.Security.Cryptography.ECParameters
        {
            Curve = System.Security.Cryptography.ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars(web["x"]!.ToString()), Y = Base64Url.DecodeFromChars(web["y"]!.ToString()) },
        });
        var token = Issue();
        var end = token.LastIndexOf('.');
        rebuilt.VerifyData(Encoding.ASCII.GetBytes(token[..end]), Base64Url.DecodeFromChars(token.AsSpan(end + 1)), System.Security.Cryptography.HashAlgorithmName.SHA256).ShouldBeTrue();
        OpenIdDocuments.Configuration("https://i", new Uri("https://127.0.0.1:6443"))["jwks_uri"]!.ToString().ShouldBe("https://127.0.0.1:6443/openid/v1/jwks");
    }

    private TokenGrant Grant() => new()
    {
        Namespace = "n",
        ServiceAccount = new TokenReference("reader", account.Uid),
        Audiences = tokens.ServerAudiences,
        LifeSeconds = 600,
    };

    private string Issue() => tokens.Issue(Grant(), time.Now);

    private TokenResult Check(string token) => tokens.Authenticate(token, tokens.ServerAudiences);
}
