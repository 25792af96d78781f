using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.ManagedFields;

namespace Podkit.ApiServer.Tests.ManagedFields;

public class ManagedFieldsUpdaterTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-01-02T03:04:05Z", CultureInfo.InvariantCulture);

    [Fact]
    public void A_change_moves_the_field_and_its_time_to_the_manager_who_made_it()
    {
        var live = Write(null, """{"a":"1","b":"2"}""", "one", 0);
        var next = Write(live, """{"a":"1","b":"3"}""", "two", 60);
        Owners(next).ShouldBe(
        [
            """one Update 2026-01-02T03:04:05Z {"f:data":{".":{},"f:a":{}}}""",
            """two Update 2026-01-02T03:05:05Z {"f:data":{"f:b":{}}}""",
        ]);
    }

    [Fact]
    public void A_removal_takes_the_field_from_its_owner_and_keeps_the_owners_time()
    {
        var live = Write(null, """{"a":"1","b":"2"}""", "one", 0);
        Owners(Write(live, """{"a":"1"}""", "two", 60)).ShouldBe(["""one Update 2026-01-02T03:04:05Z {"f:data":{".":{},"f:a":{}}}"""]);
    }

    [Fact]
    public void A_manager_left_without_fields_goes()
    {
        var live = Write(null, """{"a":"1"}""", "one", 0);
        Owners(Write(live, "{}", "two", 60)).ShouldBe(["""one Update 2026-01-02T03:04:05Z {"f:data":{}}"""]);
        Owners(Write(live, null, "two", 60)).ShouldBeEmpty();
    }

    [Fact]
    public void A_write_without_a_change_changes_nothing()
    {
        var live = Write(null, """{"a":"1"}""", "one", 0);
        JsonNode.DeepEquals(Write(live, """{"a":"1"}""", "two", 60), live).ShouldBeTrue();
    }

    [Fact]
    public void An_empty_list_resets_the_managers_and_later_updates_are_not_tracked()
    {
        var live = Write(null, """{"a":"1"}""", "one", 0);
        var reset = (JsonObject)live.DeepClone();
        reset["metadata"]!["managedFields"] = new JsonArray();
        ManagedFieldsUpdater.Update(live, reset, "two", "", Start);
        reset["metadata"]!.AsObject().ContainsKey("managedFields").ShouldBeFalse();
        Owners(Write(reset, """{"a":"2"}""", "two", 60)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""[{"manager":"x","operation":"Destroy","apiVersion":"v1","fieldsV1":{}}]""")]
    [InlineData("""[{"manager":"x","operation":"Update","fieldsV1":{}}]""")]
    [InlineData("""[{"manager":"x","operation":"Update","apiVersion":"v1","fieldsV1":{"bogus":{}}}]""")]
    [InlineData("""[{"manager":"x","operation":"Update","apiVersion":"v1","fieldsV1":{"k:{":{}}}]""")]
    [InlineData("""[{"manager":"x","operation":"Update","apiVersion":"v1","fieldsV1":{"f:a":1}}]""")]
    public void Managers_that_a_client_garbles_are_taken_from_the_stored_object(string garbled)
    {
        var live = Write(null, """{"a":"1"}""", "one", 0);
        var next = (JsonObject)live.DeepClone();
        next["metadata"]!["managedFields"] = JsonNode.Parse(garbled);
        ManagedFieldsUpdater.Update(live, next, "two", "", Start);
        JsonNode.DeepEquals(next, live).ShouldBeTrue();
    }

    [Fact]
    public void The_oldest_updates_merge_into_ancient_changes_beyond_ten_managers()
    {
        JsonObject? live = null;
        for (var i = 0; i < 12; i++)
        {
            var data = string.Join(',', Enumerable.Range(0, i + 1).Select(n => $"\"k{n:00}\":\"v\""));
            live = Write(live, $"{{{data}}}", $"m{i:00}", i);
        }

        var owners = Owners(live!);
        owners.Count.ShouldBe(10);
        owners[0].ShouldBe("""ancient-changes Update 2026-01-02T03:04:07Z {"f:data":{".":{},"f:k00":{},"f:k01":{},"f:k02":{}}}""");
        owners[^1].ShouldBe("""m11 Update 2026-01-02T03:04:16Z {"f:data":{"f:k11":{}}}""");
    }

    [Fact]
    public void A_write_of_the_object_owns_no_status_and_a_write_of_the_status_owns_no_spec()
    {
        var live = Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[]},"status":{}}""");
        ManagedFieldsUpdater.Update(null, live, "one", "", Start);
        var next = (JsonObject)live.DeepClone();
        next["spec"]!["nodeName"] = "n";
        next["status"]!["phase"] = "Running";
        var asObject = (JsonObject)next.DeepClone();
        asObject["metadata"]!["managedFields"] = JsonNode.Parse("""[{"manager":"z","operation":"Update","apiVersion":"v1","fieldsV1":{"f:x":{}}}]""");
        ManagedFieldsUpdater.Update(live, asObject, "two", "", Start);
        Owners(asObject).ShouldBe(["""two Update 2026-01-02T03:04:05Z {"f:spec":{"f:nodeName":{}}}""", """z Update  {"f:x":{}}"""], ignoreOrder: true);

        live["metadata"]!["managedFields"] = JsonNode.Parse("""[{"manager":"z","operation":"Update","apiVersion":"v1","fieldsV1":{"f:x":{}}}]""");
        var asStatus = (JsonObject)next.DeepClone();
        ManagedFieldsUpdater.Update(live, asStatus, "two", "status", Start);
        Owners(asStatus).ShouldBe(["""two Update 2026-01-02T03:04:05Z status {"f:status":{"f:phase":{}}}""", """z Update  {"f:x":{}}"""], ignoreOrder: true);
    }

    [Fact]
    public void Elements_of_a_list_that_share_a_key_are_owned_as_a_group()
    {
        var live = Pod("""[{"name":"A","value":"1"}]""");
        ManagedFieldsUpdater.Update(null, live, "one", "", Start);
        var twice = Pod("""[{"name":"A","value":"1"},{"name":"A","value":"2"}]""");
        ManagedFieldsUpdater.Update(live, twice, "two", "", Start);
        Owners(twice)[1].ShouldBe("""two Update 2026-01-02T03:04:05Z {"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{"f:env":{"k:{\"name\":\"A\"}":{}}}}}}""");

        var same = (JsonObject)twice.DeepClone();
        ManagedFieldsUpdater.Update(twice, same, "three", "", Start);
        JsonNode.DeepEquals(same, twice).ShouldBeTrue();

        var once = Pod("""[{"name":"A","value":"2"}]""");
        ManagedFieldsUpdater.Update(twice, once, "three", "", Start);
        Owners(once).Last().ShouldBe("""three Update 2026-01-02T03:04:05Z {"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}}}}}}""");

        static JsonObject Pod(string env) => Parse(
            $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","env":{{{env}}}}]}}""");
    }

    [Fact]
    public void Times_alone_are_no_change()
    {
        var live = Write(null, """{"a":"1"}""", "one", 0);
        var next = (JsonObject)live.DeepClone();
        next["metadata"]!["managedFields"]![0]!["time"] = "2027-01-01T00:00:00Z";
        ManagedFieldsUpdater.KeepTimes(live, next);
        JsonNode.DeepEquals(next, live).ShouldBeTrue();

        next["metadata"]!["managedFields"]![0]!["time"] = "2027-01-01T00:00:00Z";
        next["data"]!["a"] = "2";
        ManagedFieldsUpdater.KeepTimes(live, next);
        ((string?)next["metadata"]!["managedFields"]![0]!["time"]).ShouldBe("2027-01-01T00:00:00Z");
    }

    [Fact]
    public void Keys_of_a_list_are_listed_by_the_value_of_their_numbers()
    {
        var pod = Parse("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","resources":{},"ports":[{"containerPort":8080},{"containerPort":443},{"containerPort":80,"protocol":"UDP"},{"containerPort":80}]}]}}
            """);
        ManagedFieldsUpdater.Update(null, pod, "one", "", Start);
        var ports = pod["metadata"]!["managedFields"]![0]!["fieldsV1"]!["f:spec"]!["f:containers"]!["k:{\"name\":\"c\"}"]!["f:ports"]!;
        ports.AsObject().Select(x => x.Key).ShouldBe(
        [
            ".",
            """k:{"containerPort":80,"protocol":"TCP"}""",
            """k:{"containerPort":80,"protocol":"UDP"}""",
            """k:{"containerPort":443,"protocol":"TCP"}""",
            """k:{"containerPort":8080,"protocol":"TCP"}""",
        ]);
    }

    private static JsonObject Write(JsonObject? live, string? data, string manager, int seconds)
    {
        var next = live is null ? Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","uid":"u"}}""") : (JsonObject)live.DeepClone();
        next.Remove("data");
        if (data is not null) next["data"] = JsonNode.Parse(data);
        ManagedFieldsUpdater.Update(live, next, manager, "", Start.AddSeconds(seconds));
        return next;
    }

    private static List<string> Owners(JsonObject obj) => [.. (obj["metadata"]!["managedFields"] as JsonArray ?? []).Select(x =>
    {
        var subresource = x!["subresource"] is { } name ? $"{name} " : "";
        return $"{x["manager"]} {x["operation"]} {x["time"]} {subresource}{x["fieldsV1"]!.ToJsonString(Plain)}";
    })];

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
