using Podkit.Node.Pods;

namespace Podkit.Node.Tests.Pods;

public class CommandLineTests
{
    [Theory]
    [InlineData("python3 app.py", "python3|app.py")]
    [InlineData("  run   'two words' \"a \\\"b\\\"\" c\\ d ''", "run|two words|a \"b\"|c d|")]
    [InlineData("/bin/tool --x=1", "/bin/tool|--x=1")]
    [InlineData("./build/app -v", "/project/build/app|-v")]
    [InlineData("echo hi; sleep 1", "/bin/sh|-c|echo hi; sleep 1")]
    [InlineData("echo $HOME", "/bin/sh|-c|echo $HOME")]
    [InlineData("echo \"$HOME\"", "/bin/sh|-c|echo \"$HOME\"")]
    [InlineData("echo '$HOME; no'", "echo|$HOME; no")]
    [InlineData("A=1 run", "/bin/sh|-c|A=1 run")]
    public void A_line_is_split_as_a_shell_would_or_given_to_one(string line, string words) => string.Join('|', CommandLine.Parse(line, "/project")).ShouldBe(words);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("run 'open")]
    public void A_line_that_makes_no_sense_is_refused(string line) => Should.Throw<FormatException>(() => CommandLine.Parse(line, "/project"));

    [Fact]
    public void Further_arguments_are_words_as_they_are()
    {
        CommandLine.Parse("./app -v", "/project", ["--port", "a b"]).ShouldBe(["/project/app", "-v", "--port", "a b"]);
        CommandLine.Parse("A=1 ./app", "/project", ["--port", "a b"]).ShouldBe(["/bin/sh", "-c", "A=1 ./app \"$@\"", "sh", "--port", "a b"]);
        CommandLine.Parse("A=1 ./app", "/project", []).ShouldBe(["/bin/sh", "-c", "A=1 ./app"]);
    }
}
