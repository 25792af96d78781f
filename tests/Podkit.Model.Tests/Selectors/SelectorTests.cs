using System.Text.Json;
using FsCheck.Xunit;
using Podkit.Model.Selectors;

namespace Podkit.Model.Tests.Selectors;

public class SelectorTests
{
    public static TheoryData<string> LabelCases() => [.. Vectors.Load("label-selector").Skip(1).Select(c => c.GetRawText()).Distinct()];

    public static TheoryData<string> FieldCases() => [.. Vectors.Load("field-selector").Skip(1).Select(c => c.GetRawText()).Distinct()];

    [Theory]
    [MemberData(nameof(LabelCases))]
    public void Every_recorded_label_selector_selects_as_Kubernetes_does(string recorded)
    {
        var c = JsonDocument.Parse(recorded).RootElement;
        var text = c.GetProperty("in").GetString()!;
        if (c.TryGetProperty("error", out var error))
        {
            Should.Throw<FormatException>(() => LabelSelector.Parse(text)).Message.ShouldBe(error.GetString());
            return;
        }

        var selector = LabelSelector.Parse(text);
        selector.ToString().ShouldBe(c.GetProperty("string").GetString());
        Sets("label-selector").Select(s => selector.Matches(s)).ShouldBe(c.GetProperty("matches").EnumerateArray().Select(m => m.GetBoolean()));
        LabelSelector.Parse(selector.ToString()).ToString().ShouldBe(selector.ToString());
    }

    [Theory]
    [MemberData(nameof(FieldCases))]
    public void Every_recorded_field_selector_selects_as_Kubernetes_does(string recorded)
    {
        var c = JsonDocument.Parse(recorded).RootElement;
        var text = c.GetProperty("in").GetString()!;
        if (c.TryGetProperty("error", out var error))
        {
            Should.Throw<FormatException>(() => FieldSelector.Parse(text)).Message.ShouldBe(error.GetString());
            return;
        }

        var selector = FieldSelector.Parse(text);
        selector.ToString().ShouldBe(c.GetProperty("string").GetString());
        Sets("field-selector").Select(s => selector.Matches(f => s.GetValueOrDefault(f, ""))).ShouldBe(c.GetProperty("matches").EnumerateArray().Select(m => m.GetBoolean()));
    }

    [Property]
    public void Any_text_is_a_selector_or_a_format_error(string? text)
    {
        foreach (var parse in new Action<string>[] { t => LabelSelector.Parse(t), t => FieldSelector.Parse(t) })
        {
            try
            {
                parse(text ?? "");
            }
            catch (FormatException e)
            {
                e.Message.ShouldNotBeEmpty();
            }
        }
    }

    [Fact]
    public void A_missing_selector_selects_nothing_and_an_empty_one_everything()
    {
        LabelSelector.FromLabelSelector(null).Matches(null).ShouldBeFalse();
        LabelSelector.FromLabelSelector(new Meta.V1.LabelSelector()).Matches(null).ShouldBeTrue();
        LabelSelector.FromLabelSelector(new Meta.V1.LabelSelector
        {
            MatchLabels = new() { ["app"] = "web" },
            MatchExpressions = [new() { Key = "tier", Operator = "NotIn", Values = ["old"] }],
        }).ToString().ShouldBe("app=web,tier notin (old)");
    }

    private static List<Dictionary<string, string>> Sets(string vectors) =>
        [.. Vectors.Load(vectors)[0].GetProperty("sets").EnumerateArray().Select(s => s.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!))];
}
