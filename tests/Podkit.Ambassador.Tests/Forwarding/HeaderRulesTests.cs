using Microsoft.Extensions.Primitives;
using Podkit.Ambassador.Forwarding;

namespace Podkit.Ambassador.Tests.Forwarding;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("close, X-Private", "X-Private", true)]
    [InlineData("x-private", "X-Private", true)]
    [InlineData("X-Private,close", "X-Private", true)]
    [InlineData("X-Private2", "X-Private", false)]
    [InlineData("", "X-Private", false)]
    public void A_header_that_connection_names_is_known(string connection, string name, bool named) => HeaderRules.IsNamed(new StringValues(connection), name).ShouldBe(named);

    [Fact]
    public void It_may_be_named_in_any_of_several_lines() => HeaderRules.IsNamed(new StringValues(["close", "a, X-Private"]), "X-Private").ShouldBeTrue();
}
