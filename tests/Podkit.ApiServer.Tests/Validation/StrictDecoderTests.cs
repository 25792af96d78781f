using System.Text;
using Podkit.ApiServer.Validation;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Tests.Validation;

public class StrictDecoderTests
{
    [Fact]
    public void Unknown_fields_are_dropped_and_reported_in_the_order_of_the_document()
    {
        var decoded = Decode("ConfigMap", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"s1","bogus":1},"dada":{"x":{}}}""");

        decoded.StrictError.ShouldBe("strict decoding error: unknown field \"metadata.bogus\", unknown field \"dada\"");
        decoded.Error.ShouldBeNull();
        decoded.Document.ToJsonString().ShouldBe("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"s1"}}""");
    }

    [Fact]
    public void The_last_of_two_equal_keys_wins_and_both_are_reported()
    {
        var decoded = Decode("ConfigMap", """{"metadata":{"name":"dup"},"data":{"a":"1","a":"2"},"immutable":true,"immutable":false}""");

        decoded.StrictErrors.ShouldBe(["duplicate field \"data.a\"", "duplicate field \"immutable\""]);
        decoded.Document["data"]!["a"]!.GetValue<string>().ShouldBe("2");
        decoded.Document["immutable"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Paths_of_unknown_fields_name_list_elements_by_index_and_map_values_by_key()
    {
        Decode("Pod", """{"spec":{"containers":[{"name":"a"},{"name":"b","imag":"x","ports":[{"conainerPort":1}]}]}}""").StrictErrors
            .ShouldBe(["unknown field \"spec.containers[1].imag\"", "unknown field \"spec.containers[1].ports[0].conainerPort\""]);
    }

    [Theory]
    [InlineData("ConfigMap", """{"data":{"a":1}}""", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    [InlineData("ConfigMap", """{"data":"x"}""", "json: cannot unmarshal string into Go struct field ConfigMap.data of type map[string]string")]
    [InlineData("ConfigMap", """[]""", "json: cannot unmarshal array into Go value of type v1.ConfigMap")]
    [InlineData("ConfigMap", """{"metadata":3}""", "json: cannot unmarshal number into Go struct field ConfigMap.metadata of type v1.ObjectMeta")]
    [InlineData("Pod", """{"spec":{"containers":[{"env":[{"name":"A","value":1}]}]}}""", "json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string")]
    [InlineData("Pod", """{"spec":{"containers":{}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container")]
    [InlineData("Pod", """{"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}""", "json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32")]
    [InlineData("Pod", """{"spec":{"containers":[{"ports":[{"containerPort":1.5}]}]}}""", "json: cannot unmarshal number 1.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32")]
    [InlineData("Pod", """{"spec":{"hostNetwork":"true"}}""", "json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool")]
    [InlineData("Pod", """{"spec":{"restartPolicy":true}}""", "json: cannot unmarshal bool into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy")]
    [InlineData("Pod", """{"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":true}}}]}}""", "json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.httpGet.port of type int32")]
    [InlineData("Secret", """{"data":{"b":"not base64!"}}""", "illegal base64 data at input byte 3")]
    [InlineData("Secret", """{"data":{"b":"YQ="}}""", "illegal base64 data at input byte 3")]
    [InlineData("Secret", """{"data":{"b":"YWJ"}}""", "illegal base64 data at input byte 0")]
    [InlineData("Pod", """{"metadata":{"creationTimestamp":"yesterday"}}""", "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"")]
    [InlineData("Pod", """{"metadata":{"creationTimestamp":"2026-01-02 03:04:05Z"}}""", "parsing time \"2026-01-02 03:04:05Z\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \" 03:04:05Z\" as \"T\"")]
    [InlineData("Pod", """{"metadata":{"creationTimestamp":"2026-13-02T03:04:05Z"}}""", "parsing time \"2026-13-02T03:04:05Z\": month out of range")]
    public void A_wrong_type_is_told_in_the_words_of_Gos_decoder(string kind, string json, string error) => Decode(kind, json).Error.ShouldBe(error);

    [Fact]
    public void The_first_of_several_errors_is_told_and_unknown_fields_after_it_are_still_found()
    {
        var decoded = Decode("ConfigMap", """{"data":{"a":1,"b":true},"dada":1}""");

        decoded.Error.ShouldBe("json: cannot unmarshal number into Go struct field ConfigMap.data of type string");
        decoded.StrictErrors.ShouldBe(["unknown field \"dada\""]);
    }

    [Fact]
    public void Null_is_as_good_as_absent_and_an_empty_element_in_lists_and_maps()
    {
        Decode("Pod", """{"metadata":{"name":null,"labels":{"a":null}},"spec":{"containers":[null],"nodeSelector":null}}""").Document.ToJsonString()
            .ShouldBe("""{"metadata":{"labels":{"a":""}},"spec":{"containers":[{}]}}""");
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.987654321Z", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z")]
    public void Times_are_kept_in_utc_to_the_second(string written, string kept) =>
        Decode("Pod", $$"""{ "metadata": { "creationTimestamp": "{{written}}" } }""").Document["metadata"]!["creationTimestamp"]!.GetValue<string>().ShouldBe(kept);

    [Fact]
    public void Micro_times_are_kept_to_the_microsecond()
    {
        var decoded = StrictDecoder.Decode(
            """{"spec":{"renewTime":"2026-01-02T03:04:05.678901Z"}}"""u8, SchemaRegistry.FindKind("coordination.k8s.io", "v1", "Lease")!);

        decoded.Error.ShouldBeNull();
        decoded.Document.ToJsonString().ShouldBe("""{"spec":{"renewTime":"2026-01-02T03:04:05.678901Z"}}""");
    }

    [Fact]
    public void A_json_schema_is_read_through_the_places_that_hold_a_schema_or_something_else()
    {
        var decoded = StrictDecoder.Decode(
            """{"spec":{"versions":[{"schema":{"openAPIV3Schema":{"items":{"tpe":"x","type":"string"},"additionalProperties":false,"default":{"a":1}}}}]}}"""u8,
            SchemaRegistry.FindKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")!);

        decoded.Error.ShouldBeNull();
        decoded.StrictErrors.Count.ShouldBe(1);
        decoded.Document.ToJsonString().ShouldBe(
            """{"spec":{"versions":[{"schema":{"openAPIV3Schema":{"items":{"type":"string"},"additionalProperties":false,"default":{"a":1}}}}]}}""");
    }

    private static DecodedDocument Decode(string kind, string json) =>
        StrictDecoder.Decode(Encoding.UTF8.GetBytes(json), SchemaRegistry.FindKind("", "v1", kind)!);
}
