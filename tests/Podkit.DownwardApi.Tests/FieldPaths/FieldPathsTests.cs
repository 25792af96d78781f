using System.Text.Json;
using Podkit.Model;

namespace Podkit.DownwardApi.Tests;

public class FieldPathsTests
{
    private static readonly Model.Core.V1.Pod Pod =
        Vectors.Load("field-path.json")[0].GetProperty("pod").As(KubernetesJson.Default.CoreV1Pod);

    public static TheoryData<string, string> Recorded()
    {
        var data = new TheoryData<string, string>();
        foreach (var one in Vectors.Load("field-path.json").EnumerateArray().Skip(1))
            data.Add(one.GetProperty("fieldPath").GetString()!, one.GetRawText());
        return data;
    }

    [Theory, MemberData(nameof(Recorded))]
    public void A_path_is_split_at_its_subscript(string fieldPath, string answer)
    {
        var expected = JsonElement.Parse(answer);
        FieldPaths.TrySplitSubscript(fieldPath, out var path, out var key).ShouldBe(expected.GetProperty("subscripted").GetBoolean());
        path.ShouldBe(expected.Text("path"));
        key.ShouldBe(expected.Text("subscript"));
    }

    [Theory, MemberData(nameof(Recorded))]
    public void A_path_is_converted_to_the_present_name_of_the_field(string fieldPath, string answer)
    {
        foreach (var version in new[] { "", "v1", "v2" })
        {
            var expected = JsonElement.Parse(answer).GetProperty("convert:" + version);
            var isKnown = FieldPaths.TryConvert(version, fieldPath, out var label, out var error);
            isKnown.ShouldBe(expected.TryGetProperty("label", out _));
            label.ShouldBe(expected.Text("label") ?? "");
            error.ShouldBe(expected.Text("error") ?? "");
        }
    }

    [Theory, MemberData(nameof(Recorded))]
    public void A_path_is_looked_up_in_a_pod(string fieldPath, string answer)
    {
        var expected = JsonElement.Parse(answer);
        var isKnown = FieldPaths.TryExtract(Pod, fieldPath, out var value, out var error);
        isKnown.ShouldBe(expected.TryGetProperty("extract", out _));
        value.ShouldBe(expected.Text("extract") ?? "");
        error.ShouldBe(expected.Text("extractError") ?? "");
    }

    [Fact]
    public void A_pod_without_metadata_has_empty_fields()
    {
        foreach (var path in new[] { "metadata.name", "metadata.uid", "metadata.labels", "metadata.labels['a']", "metadata.annotations" })
        {
            FieldPaths.TryExtract(new(), path, out var value, out _).ShouldBeTrue();
            value.ShouldBe("");
        }
    }
}
