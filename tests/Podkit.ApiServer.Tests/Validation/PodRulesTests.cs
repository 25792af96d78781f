using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Validation;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Tests.Validation;

public class PodRulesTests
{
    private const string Container = """{"name":"c","image":"x"}""";

    [Theory]
    [InlineData("""{"containers":[{"image":"x"}]}""", "spec.containers[0].name: Required value")]
    [InlineData("""{"containers":[{"name":"C","image":"x"}]}""", "spec.containers[0].name: Invalid value: \"C\": a lowercase RFC 1123 label must consist of")]
    [InlineData("""{"containers":[{"name":"c","image":" x"}]}""", "spec.containers[0].image: Invalid value: \" x\": must not have leading or trailing whitespace")]
    [InlineData("""{"containers":[{"name":"c","image":"x","imagePullPolicy":"Sometimes"}]}""", "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData("""{"containers":[{"name":"c","image":"x","terminationMessagePolicy":"Log"}]}""", "spec.containers[0].terminationMessagePolicy: Unsupported value: \"Log\": supported values: \"File\", \"FallbackToLogsOnError\"")]
    [InlineData("""{"containers":[{"name":"c","image":"x","restartPolicy":"Always"}]}""", "spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers")]
    [InlineData("""{"containers":[{"name":"c","image":"x","ports":[{}]}]}""", "spec.containers[0].ports[0].containerPort: Required value")]
    [InlineData("""{"containers":[{"name":"c","image":"x","ports":[{"containerPort":70000}]}]}""", "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("""{"containers":[{"name":"c","image":"x","ports":[{"containerPort":1,"protocol":"ICMP"}]}]}""", "spec.containers[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("""{"containers":[{"name":"c","image":"x","ports":[{"containerPort":1,"name":"waytoolongportname"}]}]}""", "spec.containers[0].ports[0].name: Invalid value: \"waytoolongportname\": must be no more than 15 characters")]
    [InlineData("""{"containers":[{"name":"c","image":"x","ports":[{"containerPort":1,"name":"a"},{"containerPort":2,"name":"a"}]}]}""", "spec.containers[0].ports[1].name: Duplicate value: \"a\"")]
    [InlineData("""{"containers":[{"name":"c","image":"x","ports":[{"containerPort":1,"hostPort":8},{"containerPort":2,"hostPort":8}]}]}""", "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//8\"")]
    [InlineData("""{"hostNetwork":true,"containers":[{"name":"c","image":"x","ports":[{"containerPort":1,"hostPort":2}]}]}""", "spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when `hostNetwork` is true")]
    [InlineData("""{"containers":[{"name":"c","image":"x","livenessProbe":{}}]}""", "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData("""{"containers":[{"name":"c","image":"x","livenessProbe":{"exec":{}}}]}""", "spec.containers[0].livenessProbe.exec.command: Required value")]
    [InlineData("""{"containers":[{"name":"c","image":"x","livenessProbe":{"exec":{"command":["a"]},"tcpSocket":{"port":1}}}]}""", "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type")]
    [InlineData("""{"containers":[{"name":"c","image":"x","livenessProbe":{"tcpSocket":{"port":"nope!"}}}]}""", "spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: \"nope!\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")]
    [InlineData("""{"containers":[{"name":"c","image":"x","livenessProbe":{"tcpSocket":{"port":1},"successThreshold":2}}]}""", "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1")]
    [InlineData("""{"containers":[{"name":"c","image":"x","readinessProbe":{"tcpSocket":{"port":1},"terminationGracePeriodSeconds":2}}]}""", "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 2: must not be set for readinessProbes")]
    [InlineData("""{"containers":[{"name":"c","image":"x","readinessProbe":{"tcpSocket":{"port":1},"periodSeconds":-1}}]}""", "spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"containers":[{"name":"c","image":"x","lifecycle":{"preStop":{}}}]}""", "spec.containers[0].lifecycle.preStop: Required value: must specify a handler type")]
    [InlineData("""{"containers":[{"name":"c","image":"x","resources":{"limits":{"gpu":1}}}]}""", "spec.containers[0].resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource for containers")]
    [InlineData("""{"containers":[{"name":"c","image":"x","resources":{"limits":{"cpu":-1}}}]}""", "spec.containers[0].resources.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("""{"containers":[{"name":"c","image":"x","resources":{"requests":{"example.com/gpu":1}}}]}""", "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources")]
    [InlineData("""{"containers":[{"name":"c","image":"x","volumeMounts":[{"name":"v","mountPath":"/a"},{"name":"v","mountPath":"/a"}]}],"volumes":[{"name":"v"}]}""", "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique")]
    [InlineData("""{"containers":[{"name":"c","image":"x","volumeMounts":[{"name":"v","mountPath":""}]}],"volumes":[{"name":"v"}]}""", "spec.containers[0].volumeMounts[0].mountPath: Required value")]
    [InlineData("""{"containers":[{"name":"c","image":"x","volumeMounts":[{"name":"v","mountPath":"/a","subPath":"../b"}]}],"volumes":[{"name":"v"}]}""", "spec.containers[0].volumeMounts.subPath: Invalid value: \"../b\": must not contain '..'")]
    [InlineData("""{"initContainers":[{"name":"i","image":"x","restartPolicy":"Never"}],"containers":[{"name":"c","image":"x"}]}""", "spec.initContainers[0].restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("""{"initContainers":[{"name":"c","image":"x"}],"containers":[{"name":"c","image":"x"}]}""", "spec.initContainers[0].name: Duplicate value: \"c\"")]
    [InlineData("""{"initContainers":[{"name":"i","image":"x","readinessProbe":{"tcpSocket":{"port":1}}}],"containers":[{"name":"c","image":"x"}]}""", "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always")]
    [InlineData("""{"ephemeralContainers":[{"name":"e","image":"x"}],"containers":[{"name":"c","image":"x"}]}""", "spec.ephemeralContainers: Forbidden: cannot be set on create")]
    public void Containers_are_held_to_their_rules(string spec, string error) => Errors(spec)[0].ShouldStartWith(error);

    [Theory]
    [InlineData("""[{"name":"v","emptyDir":{},"hostPath":{"path":"/x"}}]""", "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type")]
    [InlineData("""[{"emptyDir":{}}]""", "spec.volumes[0].name: Required value")]
    [InlineData("""[{"name":"v","hostPath":{}}]""", "spec.volumes[0].hostPath.path: Required value")]
    [InlineData("""[{"name":"v","hostPath":{"path":"/a/../b"}}]""", "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'")]
    [InlineData("""[{"name":"v","hostPath":{"path":"/a","type":"Pipe"}}]""", "spec.volumes[0].hostPath.type: Unsupported value: \"Pipe\": supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\"")]
    [InlineData("""[{"name":"v","configMap":{}}]""", "spec.volumes[0].configMap.name: Required value")]
    [InlineData("""[{"name":"v","configMap":{"name":"x","items":[{"key":"k","path":"../x"}]}}]""", "spec.volumes[0].configMap.items[0].path: Invalid value: \"../x\": must not contain '..'")]
    [InlineData("""[{"name":"v","secret":{}}]""", "spec.volumes[0].secret.secretName: Required value")]
    [InlineData("""[{"name":"v","emptyDir":{"sizeLimit":"-1"}}]""", "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity")]
    [InlineData("""[{"name":"v","nfs":{"server":"s","path":"x"}}]""", "spec.volumes[0].nfs.path: Invalid value: \"x\": must be an absolute path")]
    [InlineData("""[{"name":"v","persistentVolumeClaim":{}}]""", "spec.volumes[0].persistentVolumeClaim.claimName: Required value")]
    [InlineData("""[{"name":"v","csi":{}}]""", "spec.volumes[0].csi.driver: Required value")]
    public void Volumes_have_a_name_and_one_source(string volumes, string error) => Single($$"""{ "containers": [{{Container}}], "volumes": {{volumes}} }""").ShouldBe(error);

    [Theory]
    [InlineData("\"dnsPolicy\":\"Nope\"", "spec.dnsPolicy: Unsupported value: \"Nope\": supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\"")]
    [InlineData("\"dnsPolicy\":\"None\"", "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None")]
    [InlineData("\"dnsConfig\":{\"nameservers\":[\"x\"]}", "spec.dnsConfig.nameservers[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("\"activeDeadlineSeconds\":0", "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive")]
    [InlineData("\"hostname\":\"a.b\"", "spec.hostname: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("\"nodeSelector\":{\"a\":\"b c\"}", "spec.nodeSelector: Invalid value: \"b c\": a valid label must be")]
    [InlineData("\"tolerations\":[{\"operator\":\"Equal\"}]", "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    [InlineData("\"tolerations\":[{\"key\":\"a\",\"operator\":\"Near\"}]", "spec.tolerations[0].operator: Unsupported value: \"Near\": supported values: \"Equal\", \"Exists\"")]
    [InlineData("\"tolerations\":[{\"key\":\"a\",\"effect\":\"Go\"}]", "spec.tolerations[0].effect: Unsupported value: \"Go\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    [InlineData("\"tolerations\":[{\"key\":\"a\",\"tolerationSeconds\":1}]", "spec.tolerations[0].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is set")]
    [InlineData("\"securityContext\":{\"runAsUser\":-1}", "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive")]
    [InlineData("\"securityContext\":{\"seccompProfile\":{\"type\":\"Localhost\"}}", "spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost")]
    [InlineData("\"hostPID\":true,\"shareProcessNamespace\":true", "spec.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled")]
    [InlineData("\"readinessGates\":[{\"conditionType\":\"a b\"}]", "spec.readinessGates[0].conditionType: Invalid value: \"a b\": name part must consist of")]
    [InlineData("\"topologySpreadConstraints\":[{\"maxSkew\":0,\"topologyKey\":\"k\",\"whenUnsatisfiable\":\"DoNotSchedule\"}]", "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero")]
    [InlineData("\"affinity\":{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[]}}}", "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term")]
    [InlineData("\"volumes\":[{\"name\":\"t\",\"projected\":{\"sources\":[{\"serviceAccountToken\":{\"path\":\"t\"}}]}}]", "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set")]
    public void The_spec_is_held_to_its_rules(string fields, string error) => Single($$"""{ "containers": [{{Container}}], {{fields}} }""").ShouldStartWith(error);

    [Fact]
    public void A_volume_that_is_wrong_cannot_be_mounted()
    {
        Errors("""{"containers":[{"name":"c","image":"x","volumeMounts":[{"name":"v","mountPath":"/a"}]}],"volumes":[{"name":"v","secret":{}}]}""")
            .ShouldBe(["spec.volumes[0].secret.secretName: Required value", "spec.containers[0].volumeMounts[0].name: Not found: \"v\""]);
    }

    [Theory]
    [InlineData("""{"terminationGracePeriodSeconds":-1}""", "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1")]
    [InlineData("""{"containers":[{"env":[{"name":"A"},{"name":"B"},{"name":"A"}]}]}""", "spec.containers[0].env[2]: hides previous definition of \"A\", which may be dropped when using apply")]
    [InlineData("""{"containers":[{"ports":[{"containerPort":1,"protocol":"TCP"},{"containerPort":1,"protocol":"TCP"}]}]}""", "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]")]
    [InlineData("""{"initContainers":[{"resources":{"limits":{"memory":"100m"}}}]}""", "spec.initContainers[0].resources.limits[memory]: fractional byte value \"100m\" is invalid, must be an integer")]
    [InlineData("""{"imagePullSecrets":[{}]}""", "spec.imagePullSecrets[0].name: invalid empty name \"\"")]
    public void What_is_hardly_meant_is_warned_of(string spec, string warning)
    {
        var warnings = new List<string>();

        PodWarnings.OfSpec(JsonNode.Parse(spec)!.AsObject(), FieldPath.Root("spec"), warnings);

        warnings.ShouldBe([warning]);
    }

    [Theory]
    [InlineData("""{"cpu":"1","memory":"1Gi"}""", """{"cpu":"1","memory":"1Gi"}""", "Guaranteed")]
    [InlineData("""{"cpu":"1000m","memory":"1024Mi"}""", """{"cpu":"1","memory":"1Gi"}""", "Guaranteed")]
    [InlineData("""{"cpu":"1"}""", """{"cpu":"1","memory":"1Gi"}""", "Burstable")]
    [InlineData("""{"cpu":"1"}""", "{}", "Burstable")]
    [InlineData("{}", """{"cpu":"1"}""", "Burstable")]
    [InlineData("{}", """{"ephemeral-storage":"1Gi"}""", "BestEffort")]
    [InlineData("""{"cpu":"0"}""", "{}", "BestEffort")]
    public void The_class_of_service_follows_from_requests_and_limits(string requests, string limits, string expected)
    {
        var spec = JsonNode.Parse($$"""{ "containers": [{ "name": "c", "resources": { "requests": {{requests}}, "limits": {{limits}} } }] }""")!.AsObject();

        PodResources.QosClass(spec).ShouldBe(expected);
    }

    private static string Single(string spec) => Errors(spec).ShouldHaveSingleItem();

    private static List<string> Errors(string spec)
    {
        var schema = SchemaRegistry.FindKind("", "v1", "Pod")!;
        var decoded = StrictDecoder.Decode(Encoding.UTF8.GetBytes($$"""{ "metadata": { "name": "p", "namespace": "n" }, "spec": {{spec}} }"""), schema);
        decoded.Error.ShouldBeNull();
        PodDefaults.Apply(decoded.Document);
        GoShape.Apply(decoded.Document, schema);
        var errors = new List<FieldError>();
        PodValidation.Validate(decoded.Document, errors);
        return [.. errors.Select(e => e.ToString())];
    }
}
