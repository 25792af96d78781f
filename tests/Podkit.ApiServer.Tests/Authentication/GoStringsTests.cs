using Podkit.ApiServer.Authentication;

namespace Podkit.ApiServer.Tests.Authentication;

public class GoStringsTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\n\t\0\x7f", "\"\\n\\t\\x00\\x7f\"")]
    [InlineData("für \u200b\u00a0", "\"für \\u200b\\u00a0\"")]
    [InlineData("😀\U000E0001", "\"😀\\U000e0001\"")]
    public void Text_is_quoted_as_Go_quotes_it(string text, string quoted) => GoStrings.Quote(text).ShouldBe(quoted);

    [Fact]
    public void A_list_stands_in_brackets() => GoStrings.Quote(["a", "b"]).ShouldBe("[\"a\" \"b\"]");
}
