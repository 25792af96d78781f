using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;

namespace Podkit.ApiServer.Tests.Defaulting;

public class DefaultsTests
{
    [Theory]
    [InlineData("busybox", "latest")]
    [InlineData("busybox:1.36", "1.36")]
    [InlineData("busybox:latest", "latest")]
    [InlineData("localhost:5000/team/app", "latest")]
    [InlineData("localhost:5000/team/app:v2", "v2")]
    [InlineData("app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "")]
    [InlineData("app:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "v1")]
    [InlineData("Not An Image", "")]
    [InlineData("", "")]
    public void The_tag_of_an_image_is_found(string image, string tag) => ContainerDefaults.Tag(image).ShouldBe(tag);

    [Theory]
    [InlineData("""{"name":"v"}""", """{"name":"v","emptyDir":{}}""")]
    [InlineData("""{"name":"v","secret":{"secretName":"s"}}""", """{"name":"v","secret":{"secretName":"s","defaultMode":420}}""")]
    [InlineData("""{"name":"v","configMap":{"name":"c","defaultMode":0}}""", """{"name":"v","configMap":{"name":"c","defaultMode":0}}""")]
    [InlineData("""{"name":"v","hostPath":{"path":"/x"}}""", """{"name":"v","hostPath":{"path":"/x","type":""}}""")]
    [InlineData("""{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t"}},{"downwardAPI":{"items":[{"path":"n","fieldRef":{"fieldPath":"metadata.name"}}]}}]}}""",
        """{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t","expirationSeconds":3600}},{"downwardAPI":{"items":[{"path":"n","fieldRef":{"fieldPath":"metadata.name","apiVersion":"v1"}}]}}],"defaultMode":420}}""")]
    [InlineData("""{"name":"v","image":{"reference":"a:1"}}""", """{"name":"v","image":{"reference":"a:1","pullPolicy":"IfNotPresent"}}""")]
    [InlineData("""{"name":"v","ephemeral":{"volumeClaimTemplate":{}}}""", """{"name":"v","ephemeral":{"volumeClaimTemplate":{"spec":{"volumeMode":"Filesystem"}}}}""")]
    public void Volumes_are_filled_in(string volume, string filled) => Same(volume, VolumeDefaults.Apply, filled);

    [Fact]
    public void On_the_hosts_network_ports_are_the_hosts()
    {
        var pod = JsonNode.Parse("""{"spec":{"hostNetwork":true,"containers":[{"ports":[{"containerPort":80},{"containerPort":81,"hostPort":9}]}]}}""")!.AsObject();

        PodDefaults.Apply(pod);

        pod["spec"]!["containers"]![0]!["ports"]!.AsArray().Select(p => (int)p!["hostPort"]!).ShouldBe([80, 9]);
    }

    [Fact]
    public void A_template_gets_neither_service_links_nor_requests()
    {
        var spec = JsonNode.Parse("""{"containers":[{"resources":{"limits":{"cpu":"1"}}}]}""")!.AsObject();

        PodDefaults.ApplyToSpec(spec);

        spec["enableServiceLinks"].ShouldBeNull();
        spec["containers"]![0]!["resources"]!["requests"].ShouldBeNull();
    }

    [Fact]
    public void A_pods_own_requests_are_those_of_its_containers_or_its_limits()
    {
        var pod = JsonNode.Parse("""
            {
              "spec": {
                "resources": { "limits": { "cpu": "4", "memory": "1Gi" } },
                "initContainers": [{ "name": "i", "resources": { "requests": { "cpu": "3" } } }, { "name": "s", "restartPolicy": "Always", "resources": { "requests": { "cpu": "500m" } } }],
                "containers": [{ "name": "a", "resources": { "requests": { "cpu": "1" } } }]
              }
            }
            """)!.AsObject();

        PodDefaults.Apply(pod);

        pod["spec"]!["resources"]!["requests"]!.ToJsonString().ShouldBe("""{"cpu":"3","memory":"1Gi"}""");
    }

    [Theory]
    [InlineData("daemonset", """{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}},"revisionHistoryLimit":10,"template":TEMPLATE}}""")]
    [InlineData("statefulset", """{"spec":{"podManagementPolicy":"OrderedReady","updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":0}},"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"},"replicas":1,"revisionHistoryLimit":10,"template":TEMPLATE}}""")]
    [InlineData("replicaset", """{"spec":{"replicas":1,"template":TEMPLATE}}""")]
    [InlineData("cronjob", """{"spec":{"concurrencyPolicy":"Allow","suspend":false,"successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1,"jobTemplate":{"spec":{"template":TEMPLATE}}}}""")]
    public void Workloads_are_filled_in(string kind, string filled)
    {
        const string Template = """{"spec":{"dnsPolicy":"ClusterFirst","restartPolicy":"Always","securityContext":{},"terminationGracePeriodSeconds":30,"schedulerName":"default-scheduler"}}""";
        Action<JsonObject> apply = kind switch
        {
            "daemonset" => WorkloadDefaults.DaemonSet,
            "statefulset" => WorkloadDefaults.StatefulSet,
            "cronjob" => WorkloadDefaults.CronJob,
            _ => WorkloadDefaults.ReplicaSet,
        };

        Same("{}", apply, filled.Replace("TEMPLATE", Template, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"spec":{"egress":[{}]}}""", """{"spec":{"egress":[{}],"policyTypes":["Ingress","Egress"]}}""")]
    [InlineData("""{"spec":{}}""", """{"spec":{"policyTypes":["Ingress"]}}""")]
    public void Network_policies_say_what_they_are_about(string policy, string filled) => Same(policy, KindDefaults.NetworkPolicy, filled);

    /// <summary>Filling in again changes nothing: what a patch made is filled in once more.</summary>
    private static void Same(string json, Action<JsonObject> apply, string expected)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        for (var i = 0; i < 2; i++)
        {
            apply(document);
            JsonNode.DeepEquals(document, JsonNode.Parse(expected)).ShouldBeTrue(document.ToJsonString());
        }
    }
}
