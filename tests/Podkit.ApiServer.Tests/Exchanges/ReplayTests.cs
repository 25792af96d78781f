using System.Text.Json.Nodes;
using Podkit.ApiServer.Tests.Hosting;
using Xunit.Abstractions;

namespace Podkit.ApiServer.Tests.Exchanges;

/// <summary>
/// Replays what was recorded of a real kube-apiserver 1.34. <c>Data/not-exact.json</c> says which exchanges are not exact yet;
/// everything else must be and stay so. An exchange that has become exact fails too, until it is taken off that list.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private static readonly JsonObject Baseline = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "not-exact.json")))!.AsObject();

    [Theory]
    [InlineData("authn-authz")]
    [InlineData("configmap-crud")]
    [InlineData("discovery")]
    [InlineData("kinds")]
    [InlineData("list-watch")]
    [InlineData("patch")]
    [InlineData("pod-lifecycle")]
    [InlineData("pod-validation")]
    public async Task The_server_answers_as_the_recorded_one(string scenario)
    {
        await using var server = await TestServer.StartAsync(new ApiServerOptions { Time = new SteadyClock() });
        var recording = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Data", "exchanges", scenario + ".json")))!.AsArray();

        var results = await new Replayer(server).RunAsync(recording);

        output.WriteLine($"{scenario}: {results.Count(r => r.Count == 0)} exact of {results.Count}");
        var open = Baseline[scenario]!.AsArray().Select(n => n!.GetValue<int>()).ToHashSet();
        var worse = results.Select((r, i) => (Number: i, Differences: r)).Where(r => r.Differences.Count > 0 && !open.Contains(r.Number)).ToList();
        worse.ShouldBeEmpty(string.Join('\n', worse.Select(w => $"[{w.Number}] {recording[w.Number]!["method"]} {recording[w.Number]!["path"]}\n    {string.Join("\n    ", w.Differences.Take(5))}")));
        open.Where(n => results[n].Count == 0).ShouldBeEmpty($"these are exact now: take them off Data/not-exact.json under {scenario}");
    }

    [Fact]
    public void Three_quarters_of_all_exchanges_and_four_whole_scenarios_are_exact()
    {
        var total = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data", "exchanges")).Sum(f => JsonNode.Parse(File.ReadAllText(f))!.AsArray().Count);
        var open = Baseline.Sum(s => s.Value!.AsArray().Count);
        output.WriteLine($"{total - open} exact of {total}");
        ((double)(total - open) / total).ShouldBeGreaterThanOrEqualTo(0.75);
        foreach (var scenario in new[] { "configmap-crud", "pod-validation", "discovery", "authn-authz" }) Baseline[scenario]!.AsArray().Count.ShouldBe(0);
    }
}
