using FsCheck;
using FsCheck.Xunit;
using Podkit.Ambassador.Paths;

namespace Podkit.Ambassador.Tests.Paths;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/api/v1/pods", "/api/v1/pods")]
    [InlineData("/api/v1/pods/", "/api/v1/pods/")]
    [InlineData("/api/v1/pods?labelSelector=a%2Fb&x=//..", "/api/v1/pods")]
    [InlineData("/api/v1/namespaces/a/configmaps/kube-root-ca.crt", "/api/v1/namespaces/a/configmaps/kube-root-ca.crt")]
    [InlineData("/%61pi/%C3%A9", "/api/é")]
    [InlineData("/a/...", "/a/...")]
    [InlineData("/a/.well-known/x", "/a/.well-known/x")]
    [InlineData("/a/b..c/..d", "/a/b..c/..d")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node")]
    public void A_clear_path_is_decoded_once(string raw, string path)
    {
        RequestTarget.Parse(raw, out var target).ShouldBeNull();
        target.Path.ShouldBe(path);
        target.Raw.ShouldBe(raw);
    }

    [Theory]
    [InlineData("/a//b")]
    [InlineData("//a")]
    [InlineData("/a/./b")]
    [InlineData("/a/../b")]
    [InlineData("/a/..")]
    [InlineData("/.")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/.%2e")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%5cb")]
    [InlineData("/a\\b")]
    [InlineData("/a%252Fb")]
    [InlineData("/a%00b")]
    [InlineData("/a%0Ab")]
    [InlineData("/a%7F")]
    [InlineData("/a%")]
    [InlineData("/a%4")]
    [InlineData("/a%zz")]
    [InlineData("/a%C3")]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/a b")]
    [InlineData("/é")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("http://other/api")]
    [InlineData("localhost:8001")]
    public void What_can_be_understood_in_two_ways_is_refused(string raw) => RequestTarget.Parse(raw, out _).ShouldNotBeNull();

    [Fact]
    public void A_prefix_is_taken_from_all_that_the_target_is()
    {
        RequestTarget.Parse("/custom/api/v1/p%C3%A9?x=1", out var target).ShouldBeNull();
        var stripped = target.Strip("/custom/");
        stripped.Raw.ShouldBe("/api/v1/p%C3%A9?x=1");
        stripped.Path.ShouldBe("/api/v1/pé");
        stripped.QueryString.ToString().ShouldBe("?x=1");
    }

    [Property(MaxTest = 2000)]
    public void No_path_that_passes_leads_upwards_or_changes_when_it_is_read_again(NonNull<string> text)
    {
        var raw = "/" + string.Concat(text.Get.Select(c => new[] { "a", "/", ".", "%2e", "%2f", "%", "?", "\\", "%41", ";" }[c % 10]));
        if (RequestTarget.Parse(raw, out var target) is not null) return;
        target.Path.Split('/').Skip(1).SkipLast(1).ShouldAllBe(s => s.Length > 0 && s != "." && s != "..");
        new Uri("http://h" + target.Path).AbsolutePath.ShouldBe(target.Path);
    }
}
