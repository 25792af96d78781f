namespace Podkit.Metadata.Tests;

public class PodMapTests
{
    [Fact]
    public void A_missing_key_is_the_empty_string_and_says_so()
    {
        var map = new PodMap([new("env", "production")]);
        map["env"].ShouldBe("production");
        map["tier"].ShouldBe("");
        map.ContainsKey("tier").ShouldBeFalse();
    }

    [Fact]
    public void Maps_with_the_same_entries_are_equal_in_any_order()
    {
        var one = new PodMap([new("a", "1"), new("b", "2")]);
        var other = new PodMap([new("b", "2"), new("a", "1")]);
        one.Equals(other).ShouldBeTrue();
        one.GetHashCode().ShouldBe(other.GetHashCode());
        one.Equals(new PodMap([new("a", "1"), new("b", "3")])).ShouldBeFalse();
        one.Equals(new PodMap([new("a", "1"), new("c", "2")])).ShouldBeFalse();
    }
}
