using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Pods;

namespace Podkit.Node.Tests.Pods;

public class PodNamesTests
{
    [Fact]
    public void A_pod_is_named_as_a_kubelet_names_it() => Pod(_ => { }).Formatted().ShouldBe("p_ns(uid)");

    [Fact]
    public void The_host_name_is_the_pods_name_unless_it_asks_for_another()
    {
        Pod(_ => { }).Hostname("here").ShouldBe("p");
        Pod(p => p.Spec.Hostname = "web").Hostname("here").ShouldBe("web");
        Pod(p => p.Spec.HostNetwork = true).Hostname("here").ShouldBe("here");
        Pod(p => (p.Spec.Subdomain, p.Spec.SetHostnameAsFQDN) = ("sub", true)).Hostname("here").ShouldBe("p.sub.ns.svc.cluster.local");
        Pod(p => p.Spec.HostnameOverride = "mine").Hostname("here").ShouldBe("mine");
        Pod(p => p.Metadata.Name = new string('a', 62) + "-" + new string('b', 30)).Hostname("here").ShouldBe(new string('a', 62));
    }

    [Fact]
    public void A_pod_with_a_subdomain_has_its_long_name_in_its_hosts() =>
        Pod(p => p.Spec.Subdomain = "sub").HostsEntry("127.88.0.9", "here").Names.ShouldBe(["p.sub.ns.svc.cluster.local", "p"]);

    [Theory]
    [InlineData("https://127.0.0.1:6443", "127.0.0.1")]
    [InlineData("https://[::1]:6443", "::1")]
    [InlineData("https://localhost:6443", "127.0.0.1")]
    [InlineData("https://cluster.example", null)]
    public void Containers_find_a_server_that_is_named_by_its_address(string server, string? address) =>
        ServerHosts.Of(new Uri(server)).SingleOrDefault()?.Address.ShouldBe(address);

    private static Pod Pod(Action<Pod> change)
    {
        var pod = new Pod { Metadata = new() { Name = "p", Namespace = "ns", Uid = "uid" } };
        change(pod);
        return pod;
    }
}
