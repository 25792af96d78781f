using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Validation;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Tests.Defaulting;

public class GoShapeTests
{
    [Theory]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"c"}]}}""", """{"metadata":{},"spec":{"containers":[{"name":"c","resources":{}}]},"status":{}}""")]
    [InlineData("Pod", """{"spec":{}}""", """{"metadata":{},"spec":{"containers":null},"status":{}}""")]
    [InlineData("Pod", """{"spec":{"containers":[],"hostNetwork":false,"volumes":[],"nodeSelector":{},"hostname":"","automountServiceAccountToken":false}}""",
        """{"metadata":{},"spec":{"containers":[],"automountServiceAccountToken":false},"status":{}}""")]
    [InlineData("Pod", """{"spec":{"containers":[],"securityContext":{}},"status":{"conditions":[{"type":"Ready"}]}}""",
        """{"metadata":{},"spec":{"containers":[],"securityContext":{}},"status":{"conditions":[{"type":"Ready","lastProbeTime":null,"lastTransitionTime":null,"status":""}]}}""")]
    [InlineData("Node", "{}",
        """{"metadata":{},"spec":{},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"","osImage":"","containerRuntimeVersion":"","kubeletVersion":"","kubeProxyVersion":"","operatingSystem":"","architecture":""}}}""")]
    [InlineData("Event", """{"involvedObject":{"kind":"Pod"}}""",
        """{"metadata":{},"involvedObject":{"kind":"Pod"},"source":{},"firstTimestamp":null,"lastTimestamp":null,"eventTime":null,"reportingComponent":"","reportingInstance":""}""")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"nodePort":0}]}}""",
        """{"metadata":{},"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":0}]},"status":{"loadBalancer":{}}}""")]
    [InlineData("ConfigMap", """{"data":{},"binaryData":{"a":""},"immutable":false}""", """{"metadata":{},"binaryData":{"a":""},"immutable":false}""")]
    public void Documents_take_the_shape_in_which_Go_writes_them(string kind, string json, string shaped)
    {
        var schema = SchemaRegistry.FindKind("", "v1", kind)!;
        var document = StrictDecoder.Decode(Encoding.UTF8.GetBytes(json), schema).Document;

        GoShape.Apply(document, schema);
        Same(document, shaped);
        GoShape.Apply(document, schema);
        Same(document, shaped);
    }

    private static void Same(JsonObject document, string expected) =>
        JsonNode.DeepEquals(document, JsonNode.Parse(expected)).ShouldBeTrue($"got {document.ToJsonString()}");
}
