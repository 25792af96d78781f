using System.Text.Json.Nodes;
using Podkit.Node.Status;

namespace Podkit.Node.Tests.Status;

public class StatusPatchTests
{
    private static readonly string[] Owned = ["phase", "message", "conditions", "podIPs", "containerStatuses"];

    [Fact]
    public void No_difference_is_no_patch() => Patch("""{"phase":"Running","qosClass":"Burstable"}""", """{"phase":"Running"}""").ShouldBeNull();

    [Fact]
    public void Only_what_differs_is_sent() =>
        Patch("""{"phase":"Pending","podIPs":[{"ip":"1"}]}""", """{"phase":"Running","podIPs":[{"ip":"1"}]}""").ShouldBe("""{"phase":"Running"}""");

    [Fact]
    public void What_is_gone_is_sent_as_null_unless_it_belongs_to_others() =>
        Patch("""{"message":"m","qosClass":"Burstable"}""", """{"phase":"Running"}""").ShouldBe("""{"phase":"Running","message":null}""");

    [Fact]
    public void Conditions_are_sent_one_by_one_without_what_they_no_longer_say() =>
        Patch(
            """{"conditions":[{"type":"A","status":"True"},{"type":"B","status":"False","reason":"R"},{"type":"Other","status":"True"}]}""",
            """{"conditions":[{"type":"A","status":"True"},{"type":"B","status":"True"}]}""")
        .ShouldBe("""{"conditions":[{"type":"B","status":"True","reason":null}]}""");

    [Fact]
    public void Addresses_that_change_replace_the_old_ones()
    {
        Patch("{}", """{"podIPs":[{"ip":"1"}]}""").ShouldBe("""{"podIPs":[{"ip":"1"}]}""");
        Patch("""{"podIPs":[{"ip":"1"}]}""", """{"podIPs":[{"ip":"2"}]}""").ShouldBe("""{"podIPs":[{"$patch":"replace"},{"ip":"2"}]}""");
    }

    [Fact]
    public void Container_statuses_are_sent_whole() =>
        Patch("""{"containerStatuses":[{"name":"a","ready":false},{"name":"b"}]}""", """{"containerStatuses":[{"name":"a","ready":true},{"name":"b"}]}""")
        .ShouldBe("""{"containerStatuses":[{"name":"a","ready":true},{"name":"b"}]}""");

    private static string? Patch(string current, string wanted) =>
        StatusPatch.Between(JsonNode.Parse(current)!.AsObject(), JsonNode.Parse(wanted)!.AsObject(), Owned)?.ToJsonString();
}
