using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi.Tests;

public class ServiceEnvironmentTests
{
    public static TheoryData<string> Recorded()
    {
        var data = new TheoryData<string>();
        foreach (var one in Vectors.Load("service-env.json").EnumerateArray())
            data.Add(one.GetRawText());
        return data;
    }

    [Theory, MemberData(nameof(Recorded))]
    public void The_variables_and_their_order_are_those_of_the_original(string recorded)
    {
        var one = JsonElement.Parse(recorded);
        var services = one.GetProperty("services") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(s => s.As(KubernetesJson.Default.CoreV1Service))
            : [];
        ServiceEnvironment.FromServices(services).Select(v => $"{v.Key}={v.Value}")
            .ShouldBe(one.GetProperty("env").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    public void A_pod_sees_the_API_server_and_the_services_of_its_own_namespace()
    {
        Service[] services = [Service("default", "kubernetes", "10.0.0.1"), Service("default", "web", "10.0.0.2"), Service("shop", "db", "10.0.0.3")];
        Hosts("shop", true).ShouldBe(["DB=10.0.0.3", "KUBERNETES=10.0.0.1"]);
        Hosts("shop", null).ShouldBe(["DB=10.0.0.3", "KUBERNETES=10.0.0.1"]);
        Hosts("shop", false).ShouldBe(["KUBERNETES=10.0.0.1"]);
        Hosts("default", true).ShouldBe(["KUBERNETES=10.0.0.1", "WEB=10.0.0.2"]);

        List<string> Hosts(string podNamespace, bool? links) => HostsOf(ServiceEnvironment.ForPod(podNamespace, links, services));
    }

    [Fact]
    public void A_service_named_kubernetes_in_the_pods_namespace_takes_the_place_of_the_API_server()
    {
        var own = Service("shop", "kubernetes", "10.0.0.9");
        var master = Service("default", "kubernetes", "10.0.0.1");
        HostsOf(ServiceEnvironment.ForPod("shop", true, [own, master])).ShouldBe(["KUBERNETES=10.0.0.9"]);
        HostsOf(ServiceEnvironment.ForPod("shop", true, [master, own])).ShouldBe(["KUBERNETES=10.0.0.9"]);
        HostsOf(ServiceEnvironment.ForPod("shop", false, [own, master])).ShouldBe(["KUBERNETES=10.0.0.1"]);
    }

    [Fact]
    public void A_service_without_ports_has_no_variables()
    {
        var service = Service("shop", "db", "10.0.0.3");
        service.Spec.Ports = null;
        ServiceEnvironment.FromServices([service]).ShouldBeEmpty();
    }

    private static List<string> HostsOf(IReadOnlyDictionary<string, string> variables) =>
        [.. variables.Where(v => v.Key.EndsWith("_SERVICE_HOST", StringComparison.Ordinal)).Select(v => $"{v.Key[..^13]}={v.Value}").Order()];

    private static Service Service(string ns, string name, string ip) => new()
    {
        Metadata = new() { Namespace = ns, Name = name },
        Spec = new() { ClusterIP = ip, Ports = [new() { Port = 443 }] },
    };
}
