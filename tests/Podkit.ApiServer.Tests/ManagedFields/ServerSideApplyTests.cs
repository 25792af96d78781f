using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.ManagedFields;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.ManagedFields;

public class ServerSideApplyTests
{
    private const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T03:04:05Z", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_recorded_apply_gives_the_recorded_object_or_refusal()
    {
        var recorded = DateTimeOffset.Parse("2026-11-22T10:21:44Z", CultureInfo.InvariantCulture);
        JsonObject? live = null;
        var applies = 0;
        foreach (var exchange in TestData.Array("exchanges/patch.json").Select(x => x!.AsObject()))
        {
            var path = (string)exchange["path"]!;
            if ((string?)exchange["contentType"] != "application/apply-patch+yaml" || !path.Contains("fieldManager=", StringComparison.Ordinal)) continue;
            var expected = exchange["response"]!["body"]!.AsObject();
            var manager = path.Split("fieldManager=")[1].Split('&')[0];
            var force = path.Contains("force=true", StringComparison.Ordinal);
            try
            {
                var result = ServerSideApply.Apply(live, exchange["body"]!.AsObject(), "v1", "ConfigMap", manager, force, "", recorded);
                foreach (var name in new[] { "namespace", "uid", "resourceVersion", "creationTimestamp" })
                    result["metadata"]![name] = expected["metadata"]![name]!.DeepClone();
                JsonNode.DeepEquals(result, expected).ShouldBeTrue($"{path}: {result.ToJsonString()} in place of {expected.ToJsonString()}");
                live = expected;
            }
            catch (ApiException refusal)
            {
                var status = System.Text.Json.JsonSerializer.SerializeToNode(refusal.Status, KubernetesJson.Default.MetaV1Status)!;
                ((int?)expected["code"]).ShouldBe(refusal.Code, refusal.Message);
                refusal.Message.ShouldBe((string?)expected["message"]);
                JsonNode.DeepEquals(status["details"], expected["details"]).ShouldBeTrue(status.ToJsonString());
            }

            applies++;
        }

        applies.ShouldBe(6);
    }

    [Fact]
    public void Lists_merge_by_key_in_the_order_of_what_is_applied()
    {
        var live = Apply(null, Pod("""[{"name":"a","image":"1"},{"name":"b","image":"1"}]"""), "one");
        Names(Apply(live, Pod("""[{"name":"c","image":"1"}]"""), "two")).ShouldBe("a b c");
        Names(Apply(live, Pod("""[{"name":"b","image":"1"},{"name":"c","image":"1"},{"name":"a","image":"1"}]"""), "two")).ShouldBe("b c a");
        Names(Apply(live, Pod("""[{"name":"b","image":"1"}]"""), "one")).ShouldBe("b");
    }

    [Property]
    public void A_merged_list_has_every_element_once_in_the_applied_and_in_the_old_order(byte[] before, byte[] applied)
    {
        var old = Distinct(before);
        var wanted = Distinct(applied);
        var live = Pod($"[{string.Join(',', old.Select(Container))}]");
        var result = Names(Apply(live, Pod($"[{string.Join(',', wanted.Select(Container))}]"), "one")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        result.Order().ShouldBe(old.Union(wanted).Order());
        result.Where(wanted.Contains).ShouldBe(wanted);
        result.Where(x => !wanted.Contains(x)).ShouldBe(old.Except(wanted));

        static List<string> Distinct(byte[] numbers) => [.. numbers.Select(x => $"c{x % 12}").Distinct()];
        static string Container(string name) => $"{{\"name\":\"{name}\"}}";
    }

    [Fact]
    public void Elements_that_are_there_twice_give_way_to_what_is_applied()
    {
        var live = Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","env":[{"name":"A","value":"1"},{"name":"B"},{"name":"A","value":"2"}]}]}}""");
        var applied = Pod("""[{"name":"c","env":[{"name":"A","value":"3"}]}]""");
        Should.Throw<ApiException>(() => Apply(live, applied, "one")).Message.ShouldBe(
            """Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .spec.containers[name="c"].env[name="A"]""");
        var result = ServerSideApply.Apply(live, applied, "v1", "Pod", "one", true, "", Now);
        result["spec"]!["containers"]![0]!["env"]!.ToJsonString().ShouldBe("""[{"name":"A","value":"3"},{"name":"B"}]""");
    }

    [Fact]
    public void What_others_own_stays_when_its_applier_drops_it()
    {
        var live = Apply(null, Config("""{"a":"1","b":"1"}"""), "one");
        live = Apply(live, Config("""{"b":"1"}"""), "two");
        live = Apply(live, Config("""{"a":"1"}"""), "one");
        live["data"]!.ToJsonString().ShouldBe("""{"a":"1","b":"1"}""");
        live = Apply(live, Config("{}"), "two");
        live["data"]!.ToJsonString().ShouldBe("""{"a":"1"}""");
    }

    [Fact]
    public void Conflicts_name_every_field_and_its_owner_and_force_takes_them()
    {
        var live = Apply(null, Config("""{"a":"1","b":"1"}"""), "one");
        var updated = (JsonObject)live.DeepClone();
        updated["data"]!["c"] = "1";
        ManagedFieldsUpdater.Update(live, updated, "kubectl-edit", "", Now);
        var refusal = Should.Throw<ApiException>(() => Apply(updated, Config("""{"a":"2","b":"2","c":"2"}"""), "two"));
        refusal.Code.ShouldBe(409);
        refusal.Message.ShouldBe("Apply failed with 3 conflicts: conflicts with \"kubectl-edit\" using v1:\n- .data.c\nconflicts with \"one\":\n- .data.a\n- .data.b");
        refusal.Status.Details!.Causes!.Select(x => $"{x.Reason} {x.Message} {x.Field}").ShouldBe(
        [
            "FieldManagerConflict conflict with \"kubectl-edit\" using v1 .data.c",
            "FieldManagerConflict conflict with \"one\" .data.a",
            "FieldManagerConflict conflict with \"one\" .data.b",
        ]);
        var forced = ServerSideApply.Apply(updated, Config("""{"a":"2","b":"2","c":"2"}"""), "v1", "ConfigMap", "two", true, "", Now);
        forced["metadata"]!["managedFields"]!.AsArray().Select(x => (string?)x!["manager"]).ShouldBe(["two"]);
    }

    [Fact]
    public void A_conflict_in_a_list_names_the_element_by_its_key()
    {
        var live = Apply(null, Pod("""[{"name":"a","image":"1","ports":[{"containerPort":80,"name":"x"}]}]"""), "one");
        var refusal = Should.Throw<ApiException>(() => Apply(live, Pod("""[{"name":"a","ports":[{"containerPort":80,"name":"y"}]}]"""), "two"));
        refusal.Message.ShouldBe("""Apply failed with 1 conflict: conflict with "one": .spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].name""");
    }

    [Fact]
    public void The_first_apply_gives_what_was_there_before_to_a_manager_of_its_own()
    {
        var live = Config("""{"a":"1"}""");
        live["metadata"]!["uid"] = "u";
        var result = Apply(live, Config("""{"b":"1"}"""), "one");
        result["metadata"]!["managedFields"]!.AsArray().Select(x => $"{x!["manager"]} {x["operation"]} {x["fieldsV1"]!.ToJsonString()}").ShouldBe(
        [
            """one Apply {"f:data":{"f:b":{}}}""",
            """before-first-apply Update {"f:data":{".":{},"f:a":{}}}""",
        ]);
    }

    [Fact]
    public void Applying_the_same_again_changes_nothing_not_even_the_time()
    {
        var live = Apply(null, Config("""{"a":"1"}"""), "one");
        var again = ServerSideApply.Apply(live, Config("""{"a":"1"}"""), "v1", "ConfigMap", "one", false, "", Now.AddHours(1));
        JsonNode.DeepEquals(again, live).ShouldBeTrue();
    }

    [Fact]
    public void Kubectl_may_change_what_it_applied_from_its_own_side_before()
    {
        var live = Config("""{"a":"1","b":"1"}""");
        live["metadata"]!["annotations"] = new JsonObject { [LastAppliedAnnotation] = Config("""{"a":"1","b":"0"}""").ToJsonString() };
        ManagedFieldsUpdater.Update(null, live, "kubectl-client-side-apply", "", Now);
        var wanted = Config("""{"a":"2","b":"2"}""");
        Should.Throw<ApiException>(() => Apply(live, wanted, "other")).Status.Details!.Causes!.Count.ShouldBe(2);
        Should.Throw<ApiException>(() => Apply(live, wanted, "kubectl")).Message.ShouldBe(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.b");
        var result = Apply(live, Config("""{"a":"2"}"""), "kubectl");
        result["data"]!.ToJsonString().ShouldBe("""{"a":"2","b":"1"}""");
        ((string?)result["metadata"]!["annotations"]![LastAppliedAnnotation]).ShouldBe(
            """{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"c"}}""" + "\n");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"apiVersion":"v2","kind":"ConfigMap","data":{"a":"1"}}""")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","data":{"a":1}}""")]
    [InlineData("""{"kind":"ConfigMap","data":{"a":"1"}}""")]
    public void An_annotation_that_is_no_configuration_excuses_nothing(string annotation)
    {
        var live = Config("""{"a":"1"}""");
        live["metadata"]!["annotations"] = new JsonObject { [LastAppliedAnnotation] = annotation };
        ManagedFieldsUpdater.Update(null, live, "kubectl-client-side-apply", "", Now);
        Should.Throw<ApiException>(() => Apply(live, Config("""{"a":"2"}"""), "kubectl")).Code.ShouldBe(409);
    }

    [Theory]
    [InlineData("""{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"c"}}""", 400, "invalid object type: /v2, Kind=ConfigMap")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"c"}}""", 400, "invalid object type: apps/v1, Kind=Deployment")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","managedFields":[]}}""", 400, "metadata.managedFields must be nil")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"dta":{}}""", 500, "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .dta: field not declared in schema")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"n"},"data":[]}""", 500, "failed to create typed patch object (n/c; /v1, Kind=ConfigMap): .data: expected map, got &{[]}")]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":1}}""", 500, "failed to create typed patch object (/c; /v1, Kind=ConfigMap): .data.a: expected string, got &value.valueUnstructured{Value:1}")]
    public void What_does_not_fit_is_refused(string applied, int code, string message)
    {
        var refusal = Should.Throw<ApiException>(() => Apply(null, JsonNode.Parse(applied)!.AsObject(), "one"));
        refusal.Code.ShouldBe(code);
        refusal.Message.ShouldBe(message);
    }

    [Fact]
    public void Several_misfits_are_listed()
    {
        var pod = Pod("""[{"name":"a","stdin":"x"},{"name":"a","foo":1},7,{"name":"b","ports":[{"containerPort":"http"}]}]""");
        var refusal = Should.Throw<ApiException>(() => ServerSideApply.Apply(null, pod, "v1", "Pod", "one", false, "", Now));
        refusal.Message.ShouldBe("""
            failed to create typed patch object (/p; /v1, Kind=Pod): errors:
              .spec.containers[name="a"].stdin: expected boolean, got &value.valueUnstructured{Value:"x"}
              .spec.containers: duplicate entries for key [name="a"]
              .spec.containers[name="a"].foo: field not declared in schema
              .spec.containers: element 2: associative list with keys may not have non-map elements
              .spec.containers[name="b"].ports[containerPort="http",protocol="TCP"].containerPort: expected numeric (int or float), got string
            """);
    }

    [Fact]
    public void Objects_without_a_schema_merge_by_key()
    {
        var live = ServerSideApply.Apply(null, Widget("""{"size":3,"tags":["a"]}"""), "g.example.com/v1", "Widget", "one", false, "", Now);
        live = ServerSideApply.Apply(live, Widget("""{"color":"red"}"""), "g.example.com/v1", "Widget", "two", false, "", Now);
        live["spec"]!.ToJsonString().ShouldBe("""{"size":3,"tags":["a"],"color":"red"}""");
        Should.Throw<ApiException>(() => ServerSideApply.Apply(live, Widget("""{"tags":["b"]}"""), "g.example.com/v1", "Widget", "two", false, "", Now))
            .Message.ShouldBe("Apply failed with 1 conflict: conflict with \"one\": .spec.tags");
        live = ServerSideApply.Apply(live, Widget("""{"size":3}"""), "g.example.com/v1", "Widget", "one", false, "", Now);
        live["spec"]!.ToJsonString().ShouldBe("""{"size":3,"color":"red"}""");

        static JsonObject Widget(string spec) => Parse($$"""{"apiVersion":"g.example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{{spec}}}""");
    }

    private static JsonObject Apply(JsonObject? live, JsonObject applied, string manager)
    {
        var kind = (string?)live?["kind"] ?? ((string?)applied["kind"] == "Pod" ? "Pod" : "ConfigMap");
        var before = (live?.ToJsonString(), applied.ToJsonString());
        var result = ServerSideApply.Apply(live, applied, "v1", kind, manager, false, "", Now);
        (live?.ToJsonString(), applied.ToJsonString()).ShouldBe(before);
        return result;
    }

    private static string Names(JsonObject pod) => string.Join(' ', pod["spec"]!["containers"]!.AsArray().Select(x => (string)x!["name"]!));

    private static JsonObject Pod(string containers) => Parse($$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":{{{containers}}}}}""");

    private static JsonObject Config(string data) => Parse($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{{data}}}""");

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
