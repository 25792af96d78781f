using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;

namespace Podkit.Model.Tests.Quantities;

public class QuantityTests
{
    public static TheoryData<string> Cases() => [.. Vectors.Load("quantity").Select(c => c.GetRawText()).Distinct()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recorded_quantity_answers_as_Kubernetes_does(string recorded)
    {
        var c = JsonDocument.Parse(recorded).RootElement;
        var text = c.GetProperty("in").GetString()!;
        if (c.TryGetProperty("error", out var error))
        {
            Should.Throw<FormatException>(() => Quantity.Parse(text)).Message.ShouldBe(error.GetString());
            Quantity.TryParse(text, out _).ShouldBeFalse();
            return;
        }

        var quantity = Quantity.Parse(text);
        quantity.ToString().ShouldBe(c.GetProperty("string").GetString());
        quantity.Value.ToString().ShouldBe(c.GetProperty("value").GetString());
        quantity.MilliValue.ToString().ShouldBe(c.GetProperty("milliValue").GetString());
        quantity.Format.ToString().ShouldBe(c.GetProperty("format").GetString());
        quantity.Sign.ShouldBe(c.GetProperty("sign").GetInt32());
        quantity.CompareTo(Quantity.Parse("1Gi")).ShouldBe(c.GetProperty("cmp1Gi").GetInt32());
        quantity.Add(Quantity.Parse("1500m")).ToString().ShouldBe(c.GetProperty("plus1500m").GetString());
    }

    [Theory]
    [InlineData("1024Ki", "1Mi")]
    [InlineData("1000m", "1")]
    [InlineData("0.5", "500m")]
    public void Equal_numbers_are_equal_whatever_their_unit(string left, string right)
    {
        Quantity.Parse(left).ShouldBe(Quantity.Parse(right));
        Quantity.Parse(left).GetHashCode().ShouldBe(Quantity.Parse(right).GetHashCode());
    }

    [Property]
    public void The_canonical_string_parses_back_to_the_same_number(long number, byte unit)
    {
        string[] units = ["", "m", "u", "k", "M", "Ki", "Mi", "e2", "e-4"];
        var quantity = Quantity.Parse($"{number}{units[unit % units.Length]}");
        Quantity.Parse(quantity.ToString()).ShouldBe(quantity);
    }

    [Property]
    public void Any_text_parses_or_says_why_not(string? text)
    {
        if (text is null || Quantity.TryParse(text, out _)) return;
        Should.Throw<FormatException>(() => Quantity.Parse(text));
    }

    [Theory]
    [InlineData("1e2147483647")]
    [InlineData("1e-2147483648")]
    [InlineData("1e99999")]
    public void An_exponent_that_only_burns_time_is_refused(string text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Json_takes_strings_and_numbers_and_writes_the_canonical_string()
    {
        var parsed = JsonSerializer.Deserialize("""{"limits":{"cpu":2,"memory":"1024Ki"}}""", KubernetesJson.Default.CoreV1ResourceRequirements)!;
        JsonSerializer.Serialize(parsed, KubernetesJson.Default.CoreV1ResourceRequirements).ShouldBe("""{"limits":{"cpu":"2","memory":"1Mi"}}""");
    }
}
