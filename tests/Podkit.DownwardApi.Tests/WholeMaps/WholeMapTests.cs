using System.Text;

namespace Podkit.DownwardApi.Tests;

public class WholeMapTests
{
    public static TheoryData<Dictionary<string, string>, string> Recorded()
    {
        var data = new TheoryData<Dictionary<string, string>, string>();
        foreach (var one in Vectors.Load("format-map.json").EnumerateArray())
            data.Add(one.GetProperty("in").AsMap(), one.GetProperty("out").GetString()!);
        return data;
    }

    [Theory, MemberData(nameof(Recorded))]
    public void A_map_is_written_as_Go_writes_it(Dictionary<string, string> map, string text)
    {
        WholeMap.Format(map).ShouldBe(text);
        WholeMap.FormatUtf8(map).ShouldBe(Encoding.UTF8.GetBytes(text));
    }

    [Theory, MemberData(nameof(Recorded))]
    public void What_Go_writes_is_read_back(Dictionary<string, string> map, string text)
    {
        WholeMap.Parse(text).ShouldBe(map, ignoreOrder: true);
        WholeMap.ParseUtf8(Encoding.UTF8.GetBytes(text)).ShouldBe(map, ignoreOrder: true);
    }

    [Fact]
    public void No_map_is_the_empty_file()
    {
        WholeMap.Format(null).ShouldBe("");
        WholeMap.FormatUtf8(null).ShouldBeEmpty();
        WholeMap.Parse("").ShouldBeEmpty();
    }

    [Fact]
    public void Keys_are_sorted_by_their_bytes_even_above_the_basic_plane()
    {
        var map = new Dictionary<string, string> { ["\U0001F389"] = "1", ["\uFF21"] = "2", ["a"] = "3", ["a.b"] = "4", ["A"] = "5" };
        WholeMap.Format(map).Split('\n').Select(line => line[..line.IndexOf('=', StringComparison.Ordinal)])
            .ShouldBe(["A", "a", "a.b", "\uFF21", "\U0001F389"]);
    }

    [Fact]
    public void A_lone_surrogate_is_written_as_the_bytes_it_would_have()
    {
        var map = new Dictionary<string, string> { ["k"] = "a\uD800b\uDFFF" };
        WholeMap.Format(map).ShouldBe("k=\"a\\xed\\xa0\\x80b\\xed\\xbf\\xbf\"");
        WholeMap.Parse(WholeMap.Format(map)).ShouldBe(map);
    }

    [Theory]
    [InlineData("k=\"\\303\\251\\x41\\u00e9\\U0001F389\"", "éAé\U0001F389")]
    [InlineData("k=\"\\xff\\xc3\"", "\uFFFD\uFFFD")]
    [InlineData("k=\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\"", "\a\b\f\n\r\t\v\\\"")]
    [InlineData("k=\"raw \u200b\u0001\"", "raw \u200b\u0001")]
    [InlineData("k=\"v\"\n", "v")]
    [InlineData("k=\"a=\"", "a=")]
    [InlineData("k=\"=\"", "=")]
    public void Every_escape_of_Go_is_read(string text, string value)
    {
        WholeMap.Parse(text).ShouldBe(new Dictionary<string, string> { ["k"] = value });
    }

    [Theory]
    [InlineData("k", "line 1: is not of the form key=\"value\"")]
    [InlineData("k=", "line 1: is not of the form key=\"value\"")]
    [InlineData("k=\"", "line 1: is not of the form key=\"value\"")]
    [InlineData("k=v", "line 1: is not of the form key=\"value\"")]
    [InlineData("k='v'", "line 1: is not of the form key=\"value\"")]
    [InlineData("{\"k\": \"v\"}", "line 1: is not of the form key=\"value\"")]
    [InlineData("a=\"1\"\r\nb=\"2\"", "line 1: is not of the form key=\"value\"")]
    [InlineData("a=\"1\"\n\nb=\"2\"", "line 2: is empty where key=\"value\" is expected")]
    [InlineData("a=\"1\"\na=\"2\"", "line 2: the key a stands twice")]
    [InlineData("k=\"a\"b\"", "line 1: the value of k is not quoted as Go quotes: a quote inside the value is not escaped")]
    [InlineData("k=\"a\\\"", "line 1: the value of k is not quoted as Go quotes: \\ is no escape sequence of Go")]
    [InlineData("k=\"\\q\"", "line 1: the value of k is not quoted as Go quotes: \\q is no escape sequence of Go")]
    [InlineData("k=\"\\'\"", "line 1: the value of k is not quoted as Go quotes: \\' is no escape sequence of Go")]
    [InlineData("k=\"\\xg1\"", "line 1: the value of k is not quoted as Go quotes: \\xg1 is no escape sequence of Go")]
    [InlineData("k=\"\\x4\"", "line 1: the value of k is not quoted as Go quotes: \\x4 is no escape sequence of Go")]
    [InlineData("k=\"\\400\"", "line 1: the value of k is not quoted as Go quotes: \\400 is no escape sequence of Go")]
    [InlineData("k=\"\\x41\\8\"", "line 1: the value of k is not quoted as Go quotes: \\8 is no escape sequence of Go")]
    [InlineData("k=\"\\ud800\"", "line 1: the value of k is not quoted as Go quotes: \\ud800 is no escape sequence of Go")]
    [InlineData("k=\"\\U00110000\"", "line 1: the value of k is not quoted as Go quotes: \\U00110000 is no escape sequence of Go")]
    [InlineData("k=\"\\Uffffffff\"", "line 1: the value of k is not quoted as Go quotes: \\Uffffffff is no escape sequence of Go")]
    public void What_is_malformed_is_refused_with_its_line(string text, string error)
    {
        var exception = Should.Throw<DownwardApiFormatException>(() => WholeMap.Parse(text));
        exception.Message.ShouldBe(error);
        exception.Line.ShouldBeGreaterThan(0);
        WholeMap.TryParse(text, out var map, out var problem).ShouldBeFalse();
        map.ShouldBeNull();
        problem.ShouldBe(error);
    }

    [Fact]
    public void A_message_does_not_repeat_a_key_of_any_length()
    {
        var text = new string('k', 100_000) + "=\"\\q\"";
        Should.Throw<DownwardApiFormatException>(() => WholeMap.Parse(text)).Message.Length.ShouldBeLessThan(200);
    }
}
