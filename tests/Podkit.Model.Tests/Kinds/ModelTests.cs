using System.Text.Json;
using Podkit.Model.Core.V1;
using Podkit.Model.Schemas;

namespace Podkit.Model.Tests.Kinds;

public class ModelTests
{
    [Fact]
    public void Every_resource_has_a_kind_with_a_schema()
    {
        ResourceTable.All.Count.ShouldBe(66);
        foreach (var resource in ResourceTable.All)
            SchemaRegistry.FindKind(resource.Group, resource.Version, resource.Kind).ShouldNotBeNull($"{resource.Kind} of {resource.ApiVersion}");
    }

    [Fact]
    public void Every_schema_parses_and_refers_to_schemas_that_are_there()
    {
        foreach (var name in SchemaRegistry.Names)
        {
            var type = SchemaRegistry.Find(name).ShouldNotBeNull(name);
            foreach (var (field, schema) in type.Fields ?? new Dictionary<string, FieldSchema>())
                for (var s = schema; s is not null; s = s.List ?? s.Map)
                    if (s.Reference is { } target) SchemaRegistry.Find(target).ShouldNotBeNull($"{name}.{field} refers to {target}");
        }
    }

    [Fact]
    public void Paths_follow_the_api()
    {
        Pod.ResourceKind.Path("shop", "web-0", "log").ShouldBe("/api/v1/namespaces/shop/pods/web-0/log");
        Pod.ResourceKind.Path().ShouldBe("/api/v1/pods");
        Model.Apps.V1.Deployment.ResourceKind.Path("shop").ShouldBe("/apis/apps/v1/namespaces/shop/deployments");
        Namespace.ResourceKind.Path("ignored", "shop").ShouldBe("/api/v1/namespaces/shop");
    }

    [Fact]
    public void A_pod_reads_and_writes_and_null_parts_stay_usable()
    {
        var pod = JsonSerializer.Deserialize("""
            {"metadata":{"name":"p","labels":{"a":"b"},"creationTimestamp":"2026-11-22T10:21:44Z"},"spec":{"containers":null,"nodeName":"n"},"status":null}
            """, Pod.JsonTypeInfo)!;
        pod.Kind.ShouldBe("Pod");
        pod.ApiVersion.ShouldBe("v1");
        pod.Spec.Containers.ShouldBeEmpty();
        pod.Status.Phase.ShouldBeNull();
        pod.Metadata.CreationTimestamp.ShouldBe(new DateTimeOffset(2026, 11, 22, 10, 21, 44, TimeSpan.Zero));
        pod.Spec.Containers.Add(new Container { Name = "c", Ports = [new() { ContainerPortValue = 80 }], LivenessProbe = new() { HttpGet = new() { Port = "http" } } });
        var json = JsonSerializer.Serialize(pod, Pod.JsonTypeInfo);
        json.ShouldContain("\"creationTimestamp\":\"2026-11-22T10:21:44Z\"");
        json.ShouldContain("\"port\":\"http\"");
        json.ShouldContain("\"containerPort\":80");
    }

    [Fact]
    public void What_Kubernetes_keeps_unknown_is_kept()
    {
        var crd = JsonSerializer.Deserialize("""{"type":"object","x-kubernetes-preserve-unknown-fields":true,"default":{"a":[1]},"items":{"type":"string"}}""", KubernetesJson.Default.ApiExtensionsV1JSONSchemaProps)!;
        JsonSerializer.Serialize(crd, KubernetesJson.Default.ApiExtensionsV1JSONSchemaProps).ShouldContain("\"default\":{\"a\":[1]}");
    }
}
