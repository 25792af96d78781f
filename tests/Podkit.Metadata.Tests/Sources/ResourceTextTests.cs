using FsCheck.Xunit;
using Podkit.DownwardApi;
using Podkit.Metadata.Sources;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Metadata.Tests.Sources;

public class ResourceTextTests
{
    [Theory]
    [InlineData("limits.cpu", "2", 8, "2")]
    [InlineData("limits.cpu", "250", 8, "0.25")]
    [InlineData("limits.cpu", "250m", 8, "0.25")]
    [InlineData("limits.cpu/1m", "2", 8, "0.002")]
    [InlineData("limits.cpu/1", "250", 8, "250")]
    [InlineData("limits.memory", "67108864", 8, "67108864")]
    [InlineData("limits.memory", "64", 8, "67108864")]
    [InlineData("limits.memory", "64Mi", 8, "67108864")]
    [InlineData("limits.memory/1Ki", "64", 8, "65536")]
    [InlineData("requests.ephemeral-storage/1", "0", 8, "0")]
    [InlineData("limits.memory", "much", 8, null)]
    [InlineData("limits.memory", "", 8, null)]
    [InlineData("limits.memory", "-1", 8, null)]
    [InlineData("limits.memory/1E", "1000000", 8, null)]
    public void Numbers_are_cores_and_bytes_whatever_the_divisor(string field, string text, int processors, string? expected)
    {
        FieldReference.TryParse(field, out var reference, out _).ShouldBeTrue();
        ResourceText.Normalize(reference!, text, processors).ShouldBe(expected);
    }

    [Property]
    public void What_a_kubelet_renders_by_a_divisor_is_read_back_as_large_and_less_than_one_divisor_larger(uint milli, bool isCpu, byte which)
    {
        var resource = isCpu ? "cpu" : "memory";
        string[] divisors = isCpu ? ["1m", "1"] : ["1", "1k", "1Mi", "1Gi"];
        var divisor = Quantity.Parse(divisors[which % divisors.Length]);
        var amount = isCpu ? Quantity.FromMilliValue((milli % 1_000_000) + 1) : new Quantity(milli * 1000L + 1);
        var container = new Container { Name = "c", Resources = new() { Limits = new() { [resource] = amount } } };
        ResourceFields.TryGetValue(new() { Resource = "limits." + resource, Divisor = divisor }, container, null, out var text, out _).ShouldBeTrue();
        var read = double.Parse(ResourceText.Normalize(new FieldReference("limits." + resource, divisor), text, 4)!, System.Globalization.CultureInfo.InvariantCulture);
        var (exact, unit) = isCpu ? (amount.MilliValue / 1000d, divisor.MilliValue / 1000d) : (amount.Value, (double)divisor.Value);
        read.ShouldBeInRange(exact * 0.999999, (exact + unit) * 1.000001);
    }
}
