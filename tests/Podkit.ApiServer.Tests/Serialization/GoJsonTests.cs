using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Podkit.ApiServer.Serialization;
using Podkit.Model.Yaml;

namespace Podkit.ApiServer.Tests.Serialization;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData(" [1, -2.5e+3, \"\\u00e4\", null, true] ", null)]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"a\":", "unexpected end of JSON input")]
    [InlineData("{bad", "invalid character 'b' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 2}", "invalid character '2' after object key:value pair")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{} x", "invalid character 'x' after top-level value")]
    [InlineData("nul1", "invalid character '1' in literal null (expecting 'l')")]
    [InlineData("01", "invalid character '1' after top-level value")]
    [InlineData("-x", "invalid character 'x' in numeric literal")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("\"\n\"", "invalid character '\\n' in string literal")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    public void Mistakes_are_worded_as_Go_words_them(string text, string? error) => GoJson.Check(Encoding.UTF8.GetBytes(text)).ShouldBe(error);

    [Property]
    public void It_accepts_what_another_parser_accepts_and_nothing_else(string? text)
    {
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        var valid = true;
        try
        {
            using var document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            valid = false;
        }

        (GoJson.Check(bytes) is null).ShouldBe(valid);
    }

    [Property]
    public void Text_written_as_YAML_reads_back(string? text)
    {
        // YAML has no lone surrogates and no way to write some control characters.
        var value = new string([.. (text ?? "").Where(c => !char.IsSurrogate(c) && c is not ('\ufffe' or '\uffff'))]);
        var yaml = YamlWriter.Write(new JsonObject { ["k"] = value, ["l"] = new JsonArray(value, new JsonObject { ["m"] = value }) });

        var back = YamlDocuments.Parse(yaml, "test")[0].Root!;

        back["k"]!.GetValue<string>().ShouldBe(value);
        back["l"]![0]!.GetValue<string>().ShouldBe(value);
        back["l"]![1]!["m"]!.GetValue<string>().ShouldBe(value);
    }
}
