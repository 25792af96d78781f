using System.Text.Json.Nodes;
using Podkit.ApiServer.Admission;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Tests.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Admission;

public class PodAdmissionTests
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static readonly ResourceKind Accounts = ResourceTable.Get("", "v1", "serviceaccounts");
    private static readonly ResourceKind Classes = ResourceTable.Get("scheduling.k8s.io", "v1", "priorityclasses");

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "false", false)]
    [InlineData(null, "true", true)]
    [InlineData("false", "true", false)]
    [InlineData("true", "false", true)]
    public void The_pod_decides_about_the_token_before_its_account_does(string? pod, string? account, bool mounted)
    {
        var spec = Admitted(
            account is null ? "{}" : $$"""{ "automountServiceAccountToken": {{account}} }""",
            $$"""{ {{(pod is null ? "" : $"\"automountServiceAccountToken\": {pod},")}} "containers": [{ "name": "c" }] }""");

        (spec["volumes"] is not null).ShouldBe(mounted);
        (spec["containers"]![0]!["volumeMounts"] is not null).ShouldBe(mounted);
    }

    [Fact]
    public void Every_init_and_regular_container_gets_the_mount_but_one_that_has_something_there()
    {
        var spec = Admitted("{}", $$"""
            { "initContainers": [{ "name": "i" }], "containers": [{ "name": "a" }, { "name": "b", "volumeMounts": [{ "name": "mine", "mountPath": "{{MountPath}}" }] }] }
            """);

        var name = (string)spec["volumes"]![0]!["name"]!;
        name.ShouldMatch("^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$");
        ((string)spec["initContainers"]![0]!["volumeMounts"]![0]!["name"]!).ShouldBe(name);
        ((string)spec["containers"]![0]!["volumeMounts"]![0]!["name"]!).ShouldBe(name);
        ((string)spec["containers"]![1]!["volumeMounts"]![0]!["name"]!).ShouldBe("mine");
        spec["containers"]![1]!["volumeMounts"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void No_volume_is_added_when_no_container_needs_it()
    {
        var spec = Admitted("{}", $$"""{ "containers": [{ "name": "b", "volumeMounts": [{ "name": "mine", "mountPath": "{{MountPath}}" }] }] }""");

        spec["volumes"].ShouldBeNull();
    }

    [Fact]
    public void A_token_volume_that_is_there_already_is_used()
    {
        var spec = Admitted("{}", """{ "containers": [{ "name": "c" }], "volumes": [{ "name": "kube-api-access-abcde", "emptyDir": {} }] }""");

        spec["volumes"]!.AsArray().Count.ShouldBe(1);
        ((string)spec["containers"]![0]!["volumeMounts"]![0]!["name"]!).ShouldBe("kube-api-access-abcde");
    }

    [Fact]
    public void Pull_secrets_of_the_account_are_taken_unless_the_pod_has_its_own()
    {
        const string Account = """{ "imagePullSecrets": [{ "name": "registry" }] }""";

        ((string)Admitted(Account, """{ "containers": [] }""")["imagePullSecrets"]![0]!["name"]!).ShouldBe("registry");
        ((string)Admitted(Account, """{ "containers": [], "imagePullSecrets": [{ "name": "own" }] }""")["imagePullSecrets"]![0]!["name"]!).ShouldBe("own");
    }

    [Fact]
    public void The_old_name_of_the_account_counts()
    {
        var pod = Pod("""{ "serviceAccount": "builder", "containers": [] }""");

        Should.Throw<ApiException>(() => ServiceAccountAdmission.Admit(pod, "ns", "p", new ObjectsInMemory())).Message
            .ShouldBe("pods \"p\" is forbidden: error looking up service account ns/builder: serviceaccount \"builder\" not found");
    }

    [Fact]
    public void A_mirror_pod_has_no_account()
    {
        var pod = JsonNode.Parse("""{ "metadata": { "annotations": { "kubernetes.io/config.mirror": "x" } }, "spec": { "containers": [{ "name": "c" }] } }""")!.AsObject();

        ServiceAccountAdmission.Admit(pod, "ns", "p", new ObjectsInMemory());

        pod["spec"]!["serviceAccountName"].ShouldBeNull();
    }

    [Fact]
    public void A_priority_class_sets_the_priority()
    {
        var objects = new ObjectsInMemory().With(Classes, "", "high", """{ "value": 1000, "preemptionPolicy": "Never" }""");
        var pod = Pod("""{ "priorityClassName": "high" }""");

        PriorityAdmission.Admit(pod, "p", objects);

        ((long)pod["spec"]!["priority"]!).ShouldBe(1000);
        ((string)pod["spec"]!["preemptionPolicy"]!).ShouldBe("Never");
    }

    [Fact]
    public void The_default_class_is_for_pods_that_name_none()
    {
        var objects = new ObjectsInMemory().With(Classes, "", "usual", """{ "value": 7, "globalDefault": true }""");
        var pod = Pod("{}");

        PriorityAdmission.Admit(pod, "p", objects);

        ((string)pod["spec"]!["priorityClassName"]!).ShouldBe("usual");
        ((long)pod["spec"]!["priority"]!).ShouldBe(7);
    }

    [Theory]
    [InlineData("""{ "priorityClassName": "absent" }""", "no PriorityClass with name absent was found")]
    [InlineData("""{ "priority": 5 }""", "the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name")]
    [InlineData("""{ "preemptionPolicy": "Never" }""", "the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name")]
    public void A_pod_that_contradicts_its_class_is_refused(string spec, string problem) =>
        Should.Throw<ApiException>(() => PriorityAdmission.Admit(Pod(spec), "p", new ObjectsInMemory())).Message.ShouldBe($"pods \"p\" is forbidden: {problem}");

    [Theory]
    [InlineData("{}", 2)]
    [InlineData("""{ "tolerations": [{ "operator": "Exists" }] }""", 1)]
    [InlineData("""{ "tolerations": [{ "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute" }] }""", 2)]
    [InlineData("""{ "tolerations": [{ "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoSchedule" }] }""", 3)]
    public void Tolerations_are_added_for_taints_that_the_pod_says_nothing_about(string spec, int count)
    {
        var pod = Pod(spec);

        TolerationAdmission.Admit(pod);
        TolerationAdmission.Admit(pod);

        pod["spec"]!["tolerations"]!.AsArray().Count.ShouldBe(count);
    }

    private static JsonObject Admitted(string account, string spec)
    {
        var pod = Pod(spec);
        ServiceAccountAdmission.Admit(pod, "ns", "p", new ObjectsInMemory().With(Accounts, "ns", "default", account));
        ((string)pod["spec"]!["serviceAccount"]!).ShouldBe("default");
        return pod["spec"]!.AsObject();
    }

    private static JsonObject Pod(string spec) => new() { ["metadata"] = new JsonObject { ["name"] = "p" }, ["spec"] = JsonNode.Parse(spec) };
}
