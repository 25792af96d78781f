using System.Text;
using Podkit.Testing;

namespace Podkit.Metadata.Tests.Sources;

public sealed class ServiceAccountTests : IDisposable
{
    private const string Claims = """{"sub":"system:serviceaccount:shop:web","kubernetes.io":{"namespace":"shop","node":{"name":"n1","uid":"n"},"pod":{"name":"web-1","uid":"p"},"serviceaccount":{"name":"web","uid":"s"}}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Namespace_and_token_tell_pod_node_and_service_account()
    {
        _folder.Write("namespace", "shop\n");
        _folder.Write("token", Token(Claims));
        using var pod = PodMetadata.Open(Options());
        var state = pod.Current;
        (state.IsInPod, state.Namespace, state.Name, state.Uid, state.NodeName, state.ServiceAccountName).ShouldBe((true, "shop", "web-1", "p", "n1", "web"));
        state.Origin(PodFields.NodeName).ShouldBe(new PodValue(PodFields.NodeName, MetadataSource.ServiceAccountMount, Path.Combine(_folder.Path, "token"), false));
        state.Origin(PodFields.Namespace)!.Value.Place.ShouldBe(Path.Combine(_folder.Path, "namespace"));
    }

    [Fact]
    public void A_token_of_a_Secret_tells_the_service_account_by_its_subject()
    {
        _folder.Write("token", Token("""{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:shop:web"}"""));
        using var pod = PodMetadata.Open(Options());
        (pod.Current.Namespace, pod.Current.ServiceAccountName, pod.Current.Name).ShouldBe(("shop", "web", ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("opaque")]
    [InlineData("a.b")]
    [InlineData("a.!!!.c")]
    [InlineData("a.bm90IGpzb24.c")]
    [InlineData("a.W10.c")]
    [InlineData("a.eyJrdWJlcm5ldGVzLmlvIjp7InBvZCI6MSwibm9kZSI6eyJuYW1lIjoxfX0sInN1YiI6MX0.c")]
    public void Any_other_token_says_nothing_and_is_not_shown(string token)
    {
        _folder.Write("token", token);
        var log = new TestLog();
        using var pod = PodMetadata.Open(Options(), log);
        pod.Current.Values.ShouldBeEmpty();
        pod.Status.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_token_with_half_a_surrogate_pair_says_nothing_and_stops_nothing()
    {
        _folder.Write("namespace", "shop");
        _folder.Write("token", Token("""{"kubernetes.io":{"namespace":"other","pod":{"name":"\ud800"}}}"""));
        using var pod = PodMetadata.Open(Options());
        (pod.Current.Namespace, pod.Current.Name).ShouldBe(("shop", ""));
    }

    [Fact]
    public void The_environment_comes_before_the_token()
    {
        _folder.Write("token", Token(Claims));
        var options = Nowhere.Options(new() { ["NODE_NAME"] = "from-environment" });
        options.ServiceAccountDirectory = _folder.Path;
        using var pod = PodMetadata.Open(options);
        (pod.Current.NodeName, pod.Current.Name).ShouldBe(("from-environment", "web-1"));
    }

    [Fact]
    public void The_token_is_in_no_line_of_the_log()
    {
        var token = Token(Claims);
        _folder.Write("token", token);
        var log = new TestLog();
        using var pod = PodMetadata.Open(Options(), log);
        string.Join('\n', log.Lines).ShouldNotContain(token.Split('.')[1]);
        log.Lines.ShouldHaveSingleItem().ShouldBe("Information: pod shop/web-1 on n1; known from the service account's mount (metadata.name, metadata.namespace, metadata.uid, spec.nodeName, spec.serviceAccountName)");
    }

    private static string Token(string claims) => $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2lnbmF0dXJl";

    private PodMetadataOptions Options()
    {
        var options = Nowhere.Options();
        options.ServiceAccountDirectory = _folder.Path;
        return options;
    }
}
