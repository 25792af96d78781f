using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Podkit.ApiServer.Protobuf;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Tests.Protobuf;

public class ProtobufTests
{
    [Fact]
    public void Every_kind_has_a_message_with_the_fields_of_its_schema()
    {
        foreach (var name in SchemaRegistry.Names.Where(x => !x.EndsWith(".version.Info", StringComparison.Ordinal)))
        {
            if (SchemaRegistry.Find(name)!.Fields is not { } fields) continue;
            var message = ProtobufSchema.Find(name).ShouldNotBeNull(name);
            AllFields(message).Order(StringComparer.Ordinal).ShouldBe(fields.Keys.Where(x => IsInMessage(message, x)).Order(StringComparer.Ordinal), name);
        }

        static IEnumerable<string> AllFields(ProtobufMessage message) =>
            message.Fields.SelectMany(x => x.IsInline ? AllFields(ProtobufSchema.Find(x.Type)!) : [x.Name]);
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Recorded_objects_come_back_as_they_were(string json) => RoundTrip(Parse(json)).ShouldBe(Text(Parse(json)));

    public static TheoryData<string> Recorded => [.. new[] { "kinds.json", "pod-lifecycle.json", "authn-authz.json" }
        .SelectMany(x => TestData.Array("exchanges/" + x))
        .Select(x => x!["response"]!["body"] as JsonObject)
        .Where(x => x is not null && ProtobufDecoder.MessageOf((string?)x["apiVersion"] ?? "", (string?)x["kind"] ?? "") is not null)
        .Select(x => x!.ToJsonString())
        .Distinct()
        .Take(80)];

    [Property(Arbitrary = [typeof(Objects)], MaxTest = 200)]
    public void Objects_of_every_kind_come_back_as_they_were(Sample sample) => RoundTrip(sample.Document).ShouldBe(Text(sample.Document));

    [Property(Arbitrary = [typeof(Objects)], MaxTest = 200)]
    public void Damaged_bodies_are_read_or_refused(Sample sample, int[] damage, byte[] values, ushort cut)
    {
        var body = ProtobufEncoder.Encode(sample.Document);
        for (var i = 0; i < Math.Min(damage.Length, values.Length); i++) body[4 + (int)((uint)damage[i] % (body.Length - 4))] = values[i];
        Try(body);
        Try(body.AsSpan(0, body.Length - Math.Min(cut % 64, body.Length)).ToArray());
    }

    [Property]
    public void Bytes_of_any_kind_are_read_or_refused(byte[] bytes, bool asPod)
    {
        Try(bytes);
        Try([.. ProtobufDecoder.Magic, .. bytes]);
        var raw = new ProtobufWriter();
        raw.Bytes(2, bytes);
        Try([.. ProtobufDecoder.Magic, .. raw.Written], "v1", asPod ? "Pod" : "ConfigMap");
    }

    [Fact]
    public void A_body_without_the_magic_is_refused() =>
        Should.Throw<FormatException>(() => ProtobufDecoder.Decode("{}"u8)).Message.ShouldBe("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");

    [Fact]
    public void A_body_that_does_not_say_what_it_is_is_read_as_what_is_expected()
    {
        var raw = new ProtobufWriter();
        raw.Bytes(2, []);
        ProtobufDecoder.Decode([.. ProtobufDecoder.Magic, .. raw.Written], "v1", "Pod").ToJsonString().ShouldBe("""{"kind":"Pod","apiVersion":"v1"}""");
    }

    [Fact]
    public void A_body_of_a_kind_that_is_not_known_tells_only_its_kind()
    {
        var type = new ProtobufWriter();
        type.Text(1, "g.example.com/v1");
        type.Text(2, "Widget");
        var body = new ProtobufWriter();
        body.Bytes(1, type.Written);
        body.Bytes(2, [1, 2, 3]);
        ProtobufDecoder.Decode([.. ProtobufDecoder.Magic, .. body.Written]).ToJsonString().ShouldBe("""{"kind":"Widget","apiVersion":"g.example.com/v1"}""");
    }

    [Fact]
    public void Messages_nested_without_end_are_refused()
    {
        var schema = new JsonObject();
        for (var i = 0; i < 300; i++) schema = new JsonObject { ["not"] = schema };
        var version = new JsonObject { ["name"] = "v1", ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema } };
        var definition = Parse("""{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","spec":{"group":"g"}}""");
        definition["spec"]!["versions"] = new JsonArray(version);
        Should.Throw<FormatException>(() => ProtobufDecoder.Decode(ProtobufEncoder.Encode(definition))).Message.ShouldBe("proto: messages are nested too deeply");
    }

    [Fact]
    public void A_body_that_is_small_but_would_fill_the_memory_is_refused()
    {
        var spec = new ProtobufWriter();
        for (var i = 0; i <= ProtobufDecoder.MaxMessages; i++) spec.Bytes(2, []);
        var pod = new ProtobufWriter();
        pod.Bytes(2, spec.Written);
        var body = new ProtobufWriter();
        body.Bytes(2, pod.Written);
        Should.Throw<FormatException>(() => ProtobufDecoder.Decode([.. ProtobufDecoder.Magic, .. body.Written], "v1", "Pod")).Message.ShouldBe("proto: too many messages");
    }

    private static void Try(byte[] body, string apiVersion = "", string kind = "")
    {
        try
        {
            ProtobufDecoder.Decode(body, apiVersion, kind).ToJsonString().ShouldNotBeNull();
        }
        catch (FormatException e)
        {
            e.Message.ShouldNotBeEmpty();
        }
    }

    private static string RoundTrip(JsonObject document) => Text(ProtobufDecoder.Decode(ProtobufEncoder.Encode(document)));

    /// <summary>A document with its fields in one order, and without null and empty collections, which protobuf cannot tell from absent ones.</summary>
    private static string Text(JsonNode document) => Sorted(document)?.ToJsonString() ?? "";

    private static JsonNode? Sorted(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var sorted = new JsonObject();
                foreach (var (name, value) in members.OrderBy(x => x.Key, StringComparer.Ordinal))
                    if (value is not null and not JsonArray { Count: 0 } && Sorted(value) is { } inner) sorted[name] = inner;
                return sorted;
            case JsonArray items:
                return new JsonArray([.. items.Select(Sorted)]);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>What a kind is stands around its message, not in it; other types have fields of these names.</summary>
    private static bool IsInMessage(ProtobufMessage message, string field) => field is not ("kind" or "apiVersion") || message.Fields.Any(x => x.Name == field);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    public sealed record Sample(JsonObject Document)
    {
        public override string ToString() => Document.ToJsonString();
    }

    public static class Objects
    {
        private static readonly (string ApiVersion, string Kind, TypeSchema Schema)[] Kinds = [.. Model.ResourceTable.All
            .Select(x => (x.Group.Length == 0 ? x.Version : $"{x.Group}/{x.Version}", x.Kind, Schema: SchemaRegistry.FindKind(x.Group, x.Version, x.Kind)!))
            .Where(x => x.Schema is not null)];

        public static Arbitrary<Sample> Any() => Gen.Choose(0, int.MaxValue).Two().Select(x => Make(new Random(x.Item1), Kinds[x.Item2 % Kinds.Length])).ToArbitrary();

        private static Sample Make(Random random, (string ApiVersion, string Kind, TypeSchema Schema) kind)
        {
            var document = (JsonObject)OfType(random, kind.Schema, 0)!;
            document["apiVersion"] = kind.ApiVersion;
            document["kind"] = kind.Kind;
            return new(document);
        }

        private static JsonNode? OfType(Random random, TypeSchema type, int depth)
        {
            if (type.Fields is null) return OfWellKnown(random, type);
            var result = new JsonObject();
            foreach (var (name, field) in type.Fields.Where(x => IsInMessage(ProtobufSchema.Find(type.Name)!, x.Key)))
                if (random.Next(2 + depth * 2) == 0 && OfField(random, field, depth) is { } value) result[name] = value;
            return result;
        }

        private static JsonNode? OfField(Random random, FieldSchema field, int depth)
        {
            if (field.List is { } element) return new JsonArray([.. Many(random, 3).Select(_ => OfField(random, element, depth + 1)).Where(x => x is not null)]);
            if (field.Target is { } target) return depth > 5 && target.Fields is not null ? null : OfType(random, target, depth + 1);
            if (field.Map is { } values)
            {
                var map = new JsonObject();
                foreach (var i in Many(random, 3)) map[$"k{i}"] = OfField(random, values, depth + 1);
                return map.Count > 0 && map.All(x => x.Value is not null) ? map : null;
            }

            return field.Type switch
            {
                "boolean" => random.Next(2) == 0,
                "integer" when field.Format == "int64" => random.NextInt64(long.MinValue, long.MaxValue),
                "integer" => random.Next(int.MinValue, int.MaxValue),
                "number" => random.Next(1000) + 0.5,
                "string" when field.Format == "byte" => Convert.ToBase64String(Encoding.UTF8.GetBytes($"b{random.Next()}")),
                _ => $"ü{random.Next(100)}\n",
            };
        }

        private static JsonNode? OfWellKnown(Random random, TypeSchema type) => type.Name[(type.Name.LastIndexOf('.') + 1)..] switch
        {
            "Time" => $"20{random.Next(10, 99)}-01-02T03:04:05Z",
            "MicroTime" => $"2026-01-02T03:04:05.{random.Next(1_000_000):000000}Z",
            "Quantity" => $"{random.Next(1000)}Mi",
            "IntOrString" => random.Next(2) == 0 ? random.Next(1000) : "50%",
            "JSONSchemaPropsOrBool" => random.Next(2) == 0,
            "JSONSchemaPropsOrArray" or "JSONSchemaPropsOrStringArray" => null,
            "CustomResourceSubresourceStatus" => new JsonObject(),
            "JSON" => random.Next(1000),
            _ => new JsonObject { ["f:x"] = new JsonObject() },
        };

        private static IEnumerable<int> Many(Random random, int below) => Enumerable.Range(0, random.Next(below));
    }
}
