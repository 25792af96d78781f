using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Xunit;
using Podkit.Ambassador.Filtering;

namespace Podkit.Ambassador.Tests.Filtering;

public sealed class PatternTests
{
    [Theory]
    [InlineData("^.*", "/anything", true)]
    [InlineData("^.*", "", true)]
    [InlineData("^$", "GET", false)]
    [InlineData("^$", "", true)]
    [InlineData("", "GET", true)]
    [InlineData("^/api/.*/pods/.*/exec", "/api/v1/namespaces/a/pods/p/exec", true)]
    [InlineData("^/api/.*/pods/.*/exec", "/api/v1/namespaces/a/pods/p/exec?x", true)]
    [InlineData("^/api/.*/pods/.*/exec", "/apis/v1/namespaces/a/pods/p/exec", false)]
    [InlineData("^/api/.*/pods/.*/exec", "/api/v1/namespaces/a/pods/exec", false)]
    [InlineData(@"^127\.0\.0\.1$", "127.0.0.1", true)]
    [InlineData(@"^127\.0\.0\.1$", "127a0.0.1", false)]
    [InlineData(@"^127\.0\.0\.1$", "127.0.0.10", false)]
    [InlineData(@"^\[::1\]$", "[::1]", true)]
    [InlineData("^a.*a$", "a", false)]
    [InlineData("^a.*a$", "aa", true)]
    [InlineData("POST|PUT", "PUT", true)]
    [InlineData("pods", "/api/v1/pods", true)]
    [InlineData("^/api/v[0-9]+/pods$", "/api/v12/pods", true)]
    [InlineData("^ab*$", "abbb", true)]
    [InlineData(@"^\d$", "١", false)]
    [InlineData(@"^\w+$", "é", false)]
    [InlineData(@"^[\d]$", "7", true)]
    [InlineData("^[[:alpha:]]+$", "abc", true)]
    [InlineData("^[[:alpha:]]+$", "ab1", false)]
    [InlineData("^[^[:digit:]]$", "a", true)]
    [InlineData("^[a-z-[b]$", "[", true)]
    [InlineData("^[a-z-[b]$", "b", true)]
    [InlineData("^[]a]$", "]", true)]
    [InlineData("^(?P<kind>pods|nodes)$", "nodes", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\Qa.b\E$", "axb", false)]
    [InlineData("(?i)^PODS$", "pods", true)]
    public void Patterns_match_as_re2_does(string pattern, string text, bool matches) => new Pattern(pattern).IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData("(?=a)")]
    [InlineData("(?<!a)b")]
    [InlineData(@"(a)\1")]
    [InlineData("[[:nope:]]")]
    [InlineData("a\\")]
    public void What_re2_does_not_take_is_refused_with_the_option(string pattern) =>
        Should.Throw<AmbassadorException>(() => new PatternList("--accept-paths", pattern)).Message.ShouldStartWith($"--accept-paths: \"{pattern}\" is not a regular expression (RE2): ");

    [Fact]
    public void A_pattern_that_explodes_elsewhere_takes_no_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        new Pattern("^(a+)+$").IsMatch(new string('a', 20_000) + "b").ShouldBeFalse();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Property(MaxTest = 500)]
    public void The_quick_way_agrees_with_the_regular_expression(NonEmptyArray<byte> shape, NonNull<string> text)
    {
        var pattern = "^" + string.Concat(shape.Get.Select(b => (b % 4) switch { 0 => ".*", 1 => "a", 2 => "/", _ => @"\." })) + (shape.Get[0] % 2 == 0 ? "$" : "");
        var subject = string.Concat(text.Get.Select(c => "a/.b"[c % 4]));
        new Pattern(pattern).IsMatch(subject).ShouldBe(Regex.IsMatch(subject, pattern));
    }
}
