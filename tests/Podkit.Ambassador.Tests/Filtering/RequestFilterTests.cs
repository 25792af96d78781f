using Podkit.Ambassador.Filtering;

namespace Podkit.Ambassador.Tests.Filtering;

public sealed class RequestFilterTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:8001", true)]
    [InlineData("LocalHost:8001", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1:8001", true)]
    [InlineData("[::1]", true)]
    [InlineData("[::1]:8001", true)]
    [InlineData("", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example:8001", false)]
    [InlineData("evil.example:localhost", false)]
    [InlineData("localhost:8001:8001", false)]
    [InlineData("[::1]evil", false)]
    [InlineData("[::1", false)]
    [InlineData("::1", false)]
    [InlineData("user@localhost", false)]
    public void Only_this_machine_is_a_host(string host, bool passes) => (Refuse(host: host) is null).ShouldBe(passes);

    [Theory]
    [InlineData("^::1$", true)]
    [InlineData(@"^\[::1\]$", true)]
    [InlineData("^::2$", false)]
    public void An_ipv6_host_may_be_written_with_and_without_brackets(string pattern, bool passes) =>
        (Refuse(new AmbassadorOptions { AcceptHosts = pattern }, host: "[::1]:8001") is null).ShouldBe(passes);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("http://localhost:8001", "same-origin", true)]
    [InlineData("http://LOCALHOST:8001", "", true)]
    [InlineData("", "none", true)]
    [InlineData("http://localhost:3000", "", false)]
    [InlineData("http://localhost", "", false)]
    [InlineData("https://evil.example", "", false)]
    [InlineData("null", "", false)]
    [InlineData("", "cross-site", false)]
    [InlineData("", "same-site", false)]
    [InlineData("http://localhost:8001", "cross-site", false)]
    public void A_web_page_of_another_origin_does_not_pass(string origin, string site, bool passes) => (Refuse(origin: origin, site: site) is null).ShouldBe(passes);

    [Fact]
    public void Refusals_come_in_the_order_of_kubectl_proxy()
    {
        var options = new AmbassadorOptions { RejectMethods = "POST", AcceptPaths = "^/api" };
        Refuse(options, "POST", "/api/v1/namespaces/a/pods/p/exec", "evil")!.ShouldContain("--reject-paths");
        Refuse(options, "POST", "/other", "evil")!.ShouldContain("--reject-methods");
        Refuse(options, "GET", "/other", "evil")!.ShouldContain("--accept-paths");
        Refuse(options, "GET", "/api", "evil")!.ShouldContain("--accept-hosts");
        Refuse(options, "GET", "/api").ShouldBeNull();
    }

    [Theory]
    [InlineData("/api/v1/namespaces/a/pods/p/exec")]
    [InlineData("/api/v1/namespaces/a/pods/p/attach")]
    public void Exec_and_attach_do_not_pass_by_default(string path) => Refuse(path: path).ShouldNotBeNull();

    private static string? Refuse(AmbassadorOptions? options = null, string method = "GET", string path = "/api/v1/pods", string host = "localhost:8001", string origin = "", string site = "") =>
        new RequestFilter(options ?? new AmbassadorOptions()).Refuse(method, path, host, origin, site);
}
