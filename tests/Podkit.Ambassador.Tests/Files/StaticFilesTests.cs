using System.Net;
using System.Text;
using Podkit.Testing;

namespace Podkit.Ambassador.Tests.Files;

public sealed class StaticFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StaticFilesTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "www/sub"));
        _folder.Write("www/index.html", "<html>");
        _folder.Write("www/sub/page.css", "css");
        _folder.Write("secret", "hunter2");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/static/", "<html>", "text/html")]
    [InlineData("/static/index.html", "<html>", "text/html")]
    [InlineData("/static/sub/page.css", "css", "text/css")]
    public async Task Files_are_served_below_their_prefix_whatever_the_host_is(string path, string content, string type)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { Www = Path.Combine(_folder.Path, "www") });
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "a.name.of.mine" } };
        using var answer = await harness.Http.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(content);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        harness.Server.Requests.ShouldBeEmpty();
        (await harness.Http.GetAsync("/api")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/static/nothing", "404")]
    [InlineData("/static/../secret", "400")]
    [InlineData("/static/%2e%2e/secret", "400")]
    [InlineData("/static/..%2fsecret", "400")]
    [InlineData("/static/sub", "404")]
    public async Task Nothing_else_is(string path, string code)
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { Www = Path.Combine(_folder.Path, "www") });
        var answer = await harness.RawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        answer.ShouldStartWith($"HTTP/1.1 {code} ");
        answer.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Files_can_only_be_read()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"), new AmbassadorOptions { Www = Path.Combine(_folder.Path, "www") });
        using var content = new StringContent("x", Encoding.ASCII);
        (await harness.Http.PutAsync("/static/index.html", content)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Without_a_folder_there_are_no_files()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        await harness.Http.GetAsync("/static/index.html");
        harness.Server.Requests.ShouldBe(["GET /static/index.html"]);
    }
}
