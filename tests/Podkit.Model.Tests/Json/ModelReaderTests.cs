using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Podkit.Model.ApiExtensions.V1;
using Podkit.Model.Core.V1;
using Podkit.Model.Generator;
using Podkit.Model.Json;
using Podkit.Model.Meta.V1;

namespace Podkit.Model.Tests.Json;

public class ModelReaderTests
{
    private static readonly JsonDocument s_schemas = JsonDocument.Parse(ReadFacts());
    private static readonly ModelReader s_plain = new(skipManagedFields: false, shareWords: false);
    private static readonly ModelReader s_sharing = new(skipManagedFields: false, shareWords: true);

    [Theory]
    [InlineData(0, 12)]
    [InlineData(3, 40)]
    public void Every_type_is_read_as_by_its_metadata(int oddity, int rounds)
    {
        var random = new Random(20261122 + oddity);
        var (types, read, refused) = (0, 0, 0);
        foreach (var schema in s_schemas.RootElement.EnumerateObject().Where(s => s.Value.TryGetProperty("properties", out _)).Select(s => s.Name))
        {
            var type = typeof(Pod).Assembly.GetType(TypeNames.FullName(schema)).ShouldNotBeNull(schema);
            var compare = typeof(ModelReaderTests).GetMethod(nameof(Compare), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).CreateDelegate<Func<byte[], bool>>();
            types++;
            for (var i = 0; i < rounds; i++)
            {
                if (compare(Encoding.UTF8.GetBytes(new RandomJson(s_schemas.RootElement, random, oddity).Of(schema)))) read++;
                else refused++;
            }
        }

        types.ShouldBeGreaterThan(500);
        read.ShouldBeGreaterThan(types * rounds / 2);
        refused.ShouldBeGreaterThan(oddity == 0 ? 0 : 100);
    }

    [Fact]
    public void Cut_and_damaged_texts_are_refused_as_by_the_metadata()
    {
        var random = new Random(7);
        const string name = "io.k8s.api.core.v1.Pod";
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(new RandomJson(s_schemas.RootElement, random, 0).Of(name));
            if (i % 2 == 0) bytes = bytes[..random.Next(bytes.Length)];
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(128);
            Compare<Pod>(bytes);
        }
    }

    [Fact]
    public void What_is_no_UTF_8_is_read_or_refused()
    {
        var random = new Random(8);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(new RandomJson(s_schemas.RootElement, random, 0).Of("io.k8s.api.core.v1.Pod"));
            bytes[random.Next(bytes.Length)] = (byte)random.Next(128, 256);
            Should.NotThrow(() => Attempt(() => JsonSerializer.Serialize(Read<Pod>(bytes, s_sharing)!, Pod.JsonTypeInfo)));
        }
    }

    [Fact]
    public void Depth_is_bounded_by_the_reader()
    {
        var text = string.Concat(Enumerable.Repeat("{\"not\":", 300)) + "{}" + new string('}', 300);
        Should.Throw<JsonException>(() => Read<JSONSchemaProps>(Encoding.UTF8.GetBytes(text), s_plain));
    }

    [Fact]
    public void Managed_fields_are_skipped_when_told_to()
    {
        var text = """{"metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:a":{}}}],"name":"p"}}"""u8.ToArray();
        Read<Pod>(text, s_plain)!.Metadata.ManagedFields!.Count.ShouldBe(1);
        var read = Read<Pod>(text, new ModelReader(skipManagedFields: true, shareWords: true))!;
        read.Metadata.ManagedFields.ShouldBeNull();
        read.Metadata.Name.ShouldBe("p");
    }

    [Fact]
    public void Equal_words_are_one_string_only_when_they_are_shared()
    {
        var text = """{"spec":{"nodeName":"node-of-this-test"},"metadata":{"labels":{"label-of-this-test":"a"}}}"""u8.ToArray();
        Read<Pod>(text, s_sharing)!.Spec.NodeName.ShouldBeSameAs(Read<Pod>(text, s_sharing)!.Spec.NodeName);
        Read<Pod>(text, s_sharing)!.Metadata.Labels!.Keys.Single().ShouldBeSameAs(Read<Pod>(text, s_sharing)!.Metadata.Labels!.Keys.Single());
        Read<Pod>(text, s_plain)!.Spec.NodeName.ShouldNotBeSameAs(Read<Pod>(text, s_plain)!.Spec.NodeName);
    }

    [Fact]
    public void Parts_that_the_text_does_not_have_are_there_to_be_filled()
    {
        var pod = Read<Pod>("""{"spec":null}"""u8.ToArray(), s_plain)!;
        pod.Spec.Containers.Add(new Container { Name = "c" });
        pod.Metadata.Name = "p";
        pod.Spec.Containers.ShouldHaveSingleItem();
        JsonSerializer.Serialize(pod, Pod.JsonTypeInfo).ShouldContain("\"containers\":[{\"name\":\"c\"");
    }

    [Fact]
    public void What_Kubernetes_keeps_unknown_is_the_same_node_each_time_also_from_a_text_in_pieces()
    {
        var text = """{"metadata":{"managedFields":[{"fieldsV1":{"f:a":{"f:b":[1]}}}],"name":"p"}}"""u8.ToArray();
        var node = Read<Pod>(text, s_plain)!.Metadata.ManagedFields!.Single();
        node.FieldsV1.ShouldBeSameAs(node.FieldsV1);
        node.FieldsV1!.ToJsonString().ShouldBe("""{"f:a":{"f:b":[1]}}""");
        for (var size = 1; size < text.Length; size++)
        {
            var reader = new Utf8JsonReader(Pieces.Of(text, size));
            reader.Read();
            s_plain.Read(ref reader, Holder<Pod>.Read)!.Metadata.ManagedFields!.Single().FieldsV1!.ToJsonString().ShouldBe("""{"f:a":{"f:b":[1]}}""");
        }
    }

    [Fact]
    public void Lists_are_no_larger_than_what_they_hold()
    {
        for (var n = 0; n < 12; n++)
        {
            var text = $$"""{"finalizers":[{{string.Join(',', Enumerable.Range(0, n).Select(i => $"\"f{i}\""))}}]}""";
            var list = Read<ObjectMeta>(Encoding.UTF8.GetBytes(text), s_plain)!.Finalizers!;
            list.ShouldBe(Enumerable.Range(0, n).Select(i => $"f{i}"));
            list.Capacity.ShouldBeLessThanOrEqualTo(n + (n / 4));
        }
    }

    /// <summary>Whether both read it; both must, and the same, or both must refuse it.</summary>
    private static bool Compare<T>(byte[] text)
    {
        var type = (JsonTypeInfo<T>)KubernetesJson.Default.GetTypeInfo(typeof(T))!;
        var expected = Attempt(() => JsonSerializer.Serialize(JsonSerializer.Deserialize(text, type)!, type));
        foreach (var reader in new[] { s_plain, s_sharing })
            Attempt(() => JsonSerializer.Serialize(Read<T>(text, reader)!, type)).ShouldBe(expected, $"{typeof(T)}: {Encoding.UTF8.GetString(text)}");
        return expected is not null;
    }

    private static string? Attempt(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T? Read<T>(byte[] text, ModelReader model)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        var value = model.Read(ref reader, Holder<T>.Read);
        return reader.Read() ? throw new JsonException("more than one") : value;
    }

    private static byte[] ReadFacts()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Podkit.slnx"))) directory = directory.Parent!;
        return File.ReadAllBytes(Path.Combine(directory.FullName, "src", "Podkit.Model", "Facts", "schemas.json"));
    }

    private static class Holder<T>
    {
        public static readonly ModelRead<T> Read = typeof(T).GetMethod("Read", BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<ModelRead<T>>();
    }
}
