using System.Reflection;
using System.Text.Json;
using Podkit.Client.Resources;
using Podkit.Model;
using Podkit.Model.Json;

namespace Podkit.Client.Tests.Resources;

public class ModelCodecTests
{
    [Fact]
    public void Every_API_type_is_made_ready_by_an_object_that_its_reader_takes()
    {
        var types = typeof(IResource<>).Assembly.GetExportedTypes()
            .Where(t => t.IsClass && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IResource<>)))
            .ToList();
        types.Count.ShouldBeGreaterThan(50);
        var makeReady = typeof(ModelCodecTests).GetMethod(nameof(MakeReady), BindingFlags.Static | BindingFlags.NonPublic)!;
        foreach (var type in types) makeReady.MakeGenericMethod(type).Invoke(null, null);
    }

    private static void MakeReady<T>()
        where T : class, IResource<T>
    {
        var reader = new Utf8JsonReader(ModelCodec<T>.Empty);
        reader.Read();
        new ModelReader(skipManagedFields: false, shareWords: false).Read(ref reader, T.Reader.ShouldNotBeNull()).ShouldNotBeNull();
        TypedCodec.Of<T>().Prepare();
    }
}
