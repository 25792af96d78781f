using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.AspNetCore;

namespace Podkit.Metadata.Packages.Tests;

public sealed class PodEndpointTests : IDisposable
{
    private readonly TestPod pod = new((PodFields.NodeName, "n1"), (PodFields.PodIPs, "10.0.0.7"));

    public void Dispose() => pod.Dispose();

    [Fact]
    public async Task It_shows_values_with_where_they_come_from_and_no_annotations()
    {
        pod.Annotate("secret.example.com/password", "hunter2");
        var json = await GetAsync();
        json.GetProperty("inPod").GetBoolean().ShouldBeTrue();
        Of(json, "name").ShouldBe(("web-1", "file", false));
        Of(json, "node").ShouldBe(("n1", "configured", false));
        json.GetProperty("podIPs").GetProperty("value")[0].GetString().ShouldBe("10.0.0.7");
        Of(json.GetProperty("labels"), "env").ShouldBe(("production", "file", true));
        json.GetProperty("labels").GetProperty("env").GetProperty("place").GetString()!.ShouldEndWith("/labels");
        json.GetProperty("resources").GetProperty("limits").GetProperty("cpuCores").GetProperty("value").GetDouble().ShouldBe(0.5);
        json.GetProperty("resources").GetProperty("requests").GetProperty("memoryBytes").GetProperty("value").GetInt64().ShouldBe(128 * 1024 * 1024);
        json.GetProperty("volumes")[0].GetProperty("present").GetBoolean().ShouldBeTrue();
        json.GetProperty("problems").GetArrayLength().ShouldBe(0);
        json.GetRawText().ShouldNotContain("annotations");
        json.GetRawText().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task It_follows_the_label()
    {
        await pod.SetEnvAsync("staging");
        Of((await GetAsync()).GetProperty("labels"), "env").Value.ShouldBe("staging");
    }

    [Fact]
    public async Task What_is_shown_can_be_chosen()
    {
        pod.Annotate("team", "platform");
        using var reread = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!pod.Metadata.Current.Annotations.ContainsKey("team")) await Task.Delay(1, reread.Token);
        var json = await GetAsync(o => (o.ShowAnnotations, o.ShowLabels, o.ShowAddresses, o.ShowSources) = (true, false, false, false));
        json.GetProperty("annotations").GetProperty("team").GetRawText().ShouldMatch(@"^\{\s*""value"": ""platform""\s*\}$");
        foreach (var name in (string[])["labels", "podIPs", "volumes", "problems"]) json.TryGetProperty(name, out _).ShouldBeFalse(name);
    }

    [Fact]
    public async Task Without_the_metadata_the_message_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        Should.Throw<InvalidOperationException>(() => app.MapPodMetadata()).Message.ShouldContain("call builder.AddPodMetadata()");
    }

    private static (string? Value, string? Source, bool CanChange) Of(JsonElement json, string name)
    {
        var value = json.GetProperty(name);
        return (value.GetProperty("value").GetString(), value.GetProperty("source").GetString(), value.GetProperty("canChange").GetBoolean());
    }

    private async Task<JsonElement> GetAsync(Action<PodEndpointOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IPodMetadata>(pod.Metadata);
        await using var app = builder.Build();
        app.MapPodMetadata(configure: configure);
        await app.StartAsync();
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"{app.Urls.Single()}/pod"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
