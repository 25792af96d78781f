using Podkit.Cli.Identity;

namespace Podkit.Cli.Tests.Identity;

public class PlainTextTests
{
    [Theory]
    [InlineData("a b \"c\" é 日 \\", "a b \"c\" é 日 \\")]
    [InlineData("a\u001b[2Jb", "a\\u001B[2Jb")]
    [InlineData("a\r\nb\u009b\u007f\t", "a\\u000D\\u000Ab\\u009B\\u007F\\u0009")]
    [InlineData("a\u202eb\u2028", "a\\u202Eb\\u2028")]
    public void What_a_terminal_would_obey_is_shown_as_its_number(string text, string shown) => PlainText.Of(text).ShouldBe(shown);
}
