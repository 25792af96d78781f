using Podkit.Cli.Identity;

namespace Podkit.Cli.Tests.Identity;

public class PodFactsTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("podkit-e2e-");

    [Fact]
    public void Each_fact_says_where_it_comes_from()
    {
        var podinfo = root.CreateSubdirectory("etc/podinfo").FullName;
        var account = root.CreateSubdirectory("var/run/secrets/kubernetes.io/serviceaccount").FullName;
        File.WriteAllText(Path.Combine(podinfo, "labels"), "app=\"web\"\nenv=\"a \\\"b\\\"\"");
        File.WriteAllText(Path.Combine(account, "namespace"), "shop");
        File.WriteAllText(Path.Combine(account, "token"), $"x.{Base64("""{"exp":1800000000,"kubernetes.io":{"pod":{"name":"web-0","uid":"u1"},"node":{"name":"n1"},"serviceaccount":{"name":"reader"}}}""")}.x");
        var facts = PodFacts.Gather(v => v == "POD_IP" ? "10.1.2.3" : null, root.FullName);
        facts.InPod.ShouldBeTrue();
        facts.ServiceAccountDirectory.ShouldBe(account);
        facts.Values.Select(f => f.Source).Distinct().ShouldBe(
            [$"claims of {account}/token", $"file {account}/namespace", "environment variable POD_IP", $"file {podinfo}/labels, which follows changes"], ignoreOrder: true);
        facts.Values.Select(f => $"{f.Name}={f.Value}").ShouldBe(
            ["name=web-0", "namespace=shop", "uid=u1", "node=n1", "serviceAccount=reader", "podIP=10.1.2.3", "tokenExpires=2027-01-15T08:00:00Z", "labels[app]=web", "labels[env]=a \"b\""]);
        facts.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Broken_files_are_problems_not_crashes_and_no_token_is_shown()
    {
        var podinfo = root.CreateSubdirectory("volumes/etc/podinfo").FullName;
        var account = root.CreateSubdirectory("volumes/var/run/secrets/kubernetes.io/serviceaccount").FullName;
        File.WriteAllText(Path.Combine(podinfo, "labels"), "app=web");
        File.WriteAllText(Path.Combine(account, "token"), "secret.!!!.secret");
        var facts = PodFacts.Gather(v => v == "PODKIT_VOLUMES" ? Path.Combine(root.FullName, "volumes") : null, root.FullName);
        facts.Values.ShouldBeEmpty();
        facts.Problems.Count.ShouldBe(2);
        string.Join('\n', facts.Problems).ShouldNotContain("secret.");
    }

    [Fact]
    public void Outside_of_a_pod_there_are_no_facts()
    {
        var facts = PodFacts.Gather(v => v == "HOSTNAME" ? "laptop" : null, root.FullName);
        facts.InPod.ShouldBeFalse();
        facts.Values.ShouldBeEmpty();
        facts.Problems.ShouldBeEmpty();
        facts.ServiceAccountDirectory.ShouldBeNull();
    }

    public void Dispose()
    {
        root.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));
}
