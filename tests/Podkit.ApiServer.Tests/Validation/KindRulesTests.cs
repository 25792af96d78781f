using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Tests.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Validation;

public class KindRulesTests
{
    private const string Template = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"x"}]}}""";
    private const string JobTemplate = """{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"x"}]}}""";
    private static readonly StrategyRegistry Strategies = RecordedKindTests.Registered();

    [Theory]
    [InlineData("secrets", """{"type":"kubernetes.io/tls","data":{}}""", "[data[tls.crt]: Required value, data[tls.key]: Required value]")]
    [InlineData("secrets", """{"type":"kubernetes.io/service-account-token"}""", "metadata.annotations[kubernetes.io/service-account.name]: Required value")]
    [InlineData("secrets", """{"type":"kubernetes.io/dockerconfigjson","stringData":{".dockerconfigjson":"secret stuff"}}""", "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": must be valid JSON")]
    [InlineData("configmaps", """{"data":{"a":"1"},"binaryData":{"a":"YQ=="}}""", "data[a]: Invalid value: \"a\": duplicate of key present in binaryData")]
    [InlineData("services", """{"spec":{}}""", "spec.ports: Required value")]
    [InlineData("services", """{"spec":{"ports":[{"port":0}]}}""", "[spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive]")]
    [InlineData("services", """{"spec":{"ports":[{"port":1,"nodePort":30000}]}}""", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("services", """{"spec":{"type":"Magic","ports":[{"port":1}]}}""", "spec.type: Unsupported value: \"Magic\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("services", """{"spec":{"type":"ExternalName"}}""", "spec.externalName: Required value")]
    [InlineData("services", """{"spec":{"clusterIP":"None","type":"NodePort","ports":[{"port":1}]}}""", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData("events", """{"involvedObject":{"namespace":"other"}}""", "involvedObject.namespace: Invalid value: \"other\": does not match event.namespace")]
    [InlineData("nodes", """{"spec":{"taints":[{"key":"a","effect":"Never"}]}}""", "spec.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    [InlineData("persistentvolumeclaims", """{"spec":{}}""", "[spec.accessModes: Required value: at least 1 access mode is required, spec.resources[storage]: Required value]")]
    [InlineData("apps/deployments", """{"spec":{"template":TEMPLATE}}""", "spec.selector: Required value")]
    [InlineData("apps/deployments", """{"spec":{"replicas":-1,"selector":{"matchLabels":{"a":"b"}},"template":TEMPLATE}}""", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("apps/deployments", """{"spec":{"strategy":{"type":"Recreate","rollingUpdate":{}},"selector":{"matchLabels":{"a":"b"}},"template":TEMPLATE}}""", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData("apps/daemonsets", """{"spec":{"selector":{},"template":TEMPLATE}}""", "spec.selector: Invalid value: {}: empty selector is invalid for daemonset")]
    [InlineData("apps/statefulsets", """{"spec":{"podManagementPolicy":"Chaos","selector":{"matchLabels":{"a":"b"}},"template":TEMPLATE}}""", "spec.podManagementPolicy: Unsupported value: \"Chaos\": supported values: \"OrderedReady\", \"Parallel\"")]
    [InlineData("batch/jobs", """{"spec":{"template":TEMPLATE}}""", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("batch/cronjobs", """{"spec":{"schedule":"* *","jobTemplate":{"spec":{"template":JOB}}}}""", "spec.schedule: Invalid value: \"* *\": expected exactly 5 fields, found 2: [* *]")]
    [InlineData("policy/poddisruptionbudgets", """{"spec":{"minAvailable":1,"maxUnavailable":"10%"}}""", "spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":\"10%\"}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("policy/poddisruptionbudgets", """{"spec":{"minAvailable":"half"}}""", "spec.minAvailable: Invalid value: \"half\": a valid percent string must be")]
    [InlineData("coordination.k8s.io/leases", """{"spec":{"leaseDurationSeconds":0}}""", "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("storage.k8s.io/storageclasses", "{}", "provisioner: Required value")]
    public void What_is_wrong_with_a_kind_is_told(string resource, string json, string error)
    {
        var problem = Should.Throw<ApiException>(() => Create(resource, json)).Status.Message!;

        problem[(problem.IndexOf(" is invalid: ", StringComparison.Ordinal) + 13)..].ShouldStartWith(error);
    }

    [Fact]
    public void Text_of_a_secret_becomes_data_and_wins()
    {
        var secret = Create("secrets", """{"data":{"a":"eA==","b":"eQ=="},"stringData":{"a":"new"}}""");

        secret["data"]!.ToJsonString().ShouldBe("""{"a":"bmV3","b":"eQ=="}""");
        secret["stringData"].ShouldBeNull();
    }

    [Fact]
    public void A_node_port_is_handed_out_and_kept()
    {
        var service = Create("services", """{"spec":{"type":"NodePort","ports":[{"port":80}]}}""");
        var port = (int)service["spec"]!["ports"]![0]!["nodePort"]!;
        port.ShouldBeInRange(30000, 32767);

        var body = service.DeepClone().AsObject();
        body["spec"]!["ports"]![0]!.AsObject().Remove("nodePort");
        ((int)Recorded.Update(Of("services"), body, service)["spec"]!["ports"]![0]!["nodePort"]!).ShouldBe(port);
    }

    [Fact]
    public void No_node_port_is_handed_out_twice()
    {
        var objects = new ObjectsInMemory();
        var seen = new HashSet<int>();
        for (var i = 0; i < 50; i++)
        {
            var service = Create("services", """{"spec":{"type":"NodePort","ports":[{"port":80}]}}""", objects);
            seen.Add((int)service["spec"]!["ports"]![0]!["nodePort"]!).ShouldBeTrue();
            objects.With(ResourceTable.Get("", "v1", "services"), "n", "s" + i, service.ToJsonString());
        }
    }

    [Fact]
    public void The_address_of_a_service_stays_when_it_is_left_out_and_may_not_change()
    {
        var service = Create("services", """{"spec":{"clusterIP":"10.0.0.7","clusterIPs":["10.0.0.7"],"ports":[{"port":80}]}}""");
        var body = service.DeepClone().AsObject();
        body["spec"]!.AsObject().Remove("clusterIP");
        body["spec"]!.AsObject().Remove("clusterIPs");
        ((string)Recorded.Update(Of("services"), body, service)["spec"]!["clusterIP"]!).ShouldBe("10.0.0.7");

        body["spec"]!["clusterIP"] = "10.0.0.8";
        body["spec"]!["clusterIPs"] = new JsonArray("10.0.0.8");
        Should.Throw<ApiException>(() => Recorded.Update(Of("services"), body, service)).Message
            .ShouldBe("Service \"x\" is invalid: spec.clusterIPs[0]: Invalid value: \"10.0.0.8\": may not change once set");
    }

    [Fact]
    public void The_selector_of_a_deployment_stays()
    {
        var old = Create("apps/deployments", """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":TEMPLATE}}""");
        var changed = old.DeepClone().AsObject();
        changed["spec"]!["selector"] = JsonNode.Parse("""{"matchExpressions":[{"key":"a","operator":"Exists"}]}""");

        Should.Throw<ApiException>(() => Recorded.Update(Of("apps/deployments"), changed, old)).Message.ShouldEndWith("field is immutable");
    }

    [Fact]
    public void A_stateful_set_changes_in_some_fields_alone()
    {
        var old = Create("apps/statefulsets", """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":TEMPLATE}}""");
        var scaled = old.DeepClone().AsObject();
        scaled["spec"]!["replicas"] = 3;
        ((int)Recorded.Update(Of("apps/statefulsets"), scaled, old)["metadata"]!["generation"]!).ShouldBe(2);

        scaled["spec"]!["serviceName"] = "other";
        Should.Throw<ApiException>(() => Recorded.Update(Of("apps/statefulsets"), scaled, old)).Message.ShouldContain("spec: Forbidden: updates to statefulset spec for fields other than 'replicas'");
    }

    [Fact]
    public void The_labels_of_every_namespace_name_it()
    {
        var old = Create("namespaces", "{}");
        var changed = old.DeepClone().AsObject();
        changed["metadata"]!.AsObject().Remove("labels");
        changed["spec"] = new JsonObject();

        var updated = Recorded.Update(Of("namespaces"), changed, old);

        ((string)updated["metadata"]!["labels"]!["kubernetes.io/metadata.name"]!).ShouldBe("x");
        updated["spec"]!["finalizers"]!.ToJsonString().ShouldBe("""["kubernetes"]""");
    }

    private static JsonObject Create(string resource, string json, IObjectReader? objects = null)
    {
        var body = JsonNode.Parse(json.Replace("TEMPLATE", Template, StringComparison.Ordinal).Replace("JOB", JobTemplate, StringComparison.Ordinal))!.AsObject();
        body["metadata"] = new JsonObject { ["name"] = "x" };
        return Recorded.Create(Of(resource), body, "n", objects);
    }

    private static ResourceStrategy Of(string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return Strategies.Of(slash < 0 ? ResourceTable.Get("", "v1", resource) : ResourceTable.Get(resource[..slash], "v1", resource[(slash + 1)..]));
    }
}
