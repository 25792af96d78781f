using Podkit.EndToEnd.Tests.Harness;

namespace Podkit.EndToEnd.Tests;

/// <summary>The official Python client inside a container, with only what every pod has: the mounted service account.</summary>
public class PythonClientTests
{
    private const string Manifest = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: reader}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: python}
        spec:
          serviceAccountName: reader
          restartPolicy: Never
          containers:
          - name: main
            image: python:3
            command:
            - PYTHON
            - -c
            - |
              from kubernetes import client, config
              config.load_incluster_config()
              try:
                  for pod in client.CoreV1Api().list_namespaced_pod("default").items:
                      print("saw", pod.metadata.name, pod.spec.service_account_name, flush=True)
              except client.exceptions.ApiException as e:
                  print("refused", e.status, e.body, flush=True)
        """;

    private const string Rights = """

        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: list-pods}
        rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: list-pods}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: list-pods}
        subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
        """;

    [Fact]
    public async Task It_lists_pods_with_the_mounted_account()
    {
        await using var pod = LocalPod.Run((Manifest + Rights).Replace("PYTHON", Repository.Python, StringComparison.Ordinal), "--runtime", "sandbox");
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("saw python reader");
    }

    [Fact]
    public async Task It_is_refused_in_Kubernetes_words_without_the_binding()
    {
        await using var pod = LocalPod.Run(Manifest.Replace("PYTHON", Repository.Python, StringComparison.Ordinal), "--runtime", "sandbox");
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("refused 403");
        pod.Program.Output.Replace("\\\"", "'", StringComparison.Ordinal).ShouldContain(
            "pods is forbidden: User 'system:serviceaccount:default:reader' cannot list resource 'pods' in API group '' in the namespace 'default'");
    }
}
