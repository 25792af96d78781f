namespace Podkit.Metadata.Tests;

internal static class Assertions
{
    public static T ShouldHaveSingleItemThat<T>(this IEnumerable<T> items, Func<T, bool> matches) => items.Where(matches).ToList().ShouldHaveSingleItem();
}
