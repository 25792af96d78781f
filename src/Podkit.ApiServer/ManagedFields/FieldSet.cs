namespace Podkit.ApiServer.ManagedFields;

/// <summary>
/// A set of field paths, as a tree: a node says whether its own path is in the set, and holds the paths below by path element
/// (see <see cref="PathElement"/> for their form). Immutable once built; operations share what they do not change and answer null for an empty set.
/// </summary>
internal sealed class FieldSet
{
    /// <summary>Just the path of the node itself.</summary>
    public static readonly FieldSet Leaf = new(true, null);

    private readonly Dictionary<string, FieldSet>? _children;

    private FieldSet(bool isMember, Dictionary<string, FieldSet>? children)
    {
        IsMember = isMember;
        _children = children;
    }

    /// <summary>Whether the path of the node itself is in the set.</summary>
    public bool IsMember { get; }

    public bool HasChildren => _children is not null;

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children ?? [];

    /// <summary>The set of these nodes, or null when it is empty. The caller gives the dictionary away.</summary>
    public static FieldSet? Of(bool isMember, Dictionary<string, FieldSet>? children)
    {
        if (children is null || children.Count == 0) return isMember ? Leaf : null;
        return new FieldSet(isMember, children);
    }

    /// <summary>The set of one path.</summary>
    public static FieldSet Path(params ReadOnlySpan<string> elements)
    {
        var set = Leaf;
        for (var i = elements.Length - 1; i >= 0; i--) set = new FieldSet(false, new(1, StringComparer.Ordinal) { [elements[i]] = set });
        return set;
    }

    /// <summary>What lies below a path element, or null.</summary>
    public FieldSet? Child(string element) => _children is not null && _children.TryGetValue(element, out var child) ? child : null;

    public static FieldSet? Union(FieldSet? a, FieldSet? b)
    {
        if (a is null || ReferenceEquals(a, b)) return b;
        if (b is null) return a;
        if (b._children is null) return a.IsMember ? a : new FieldSet(true, a._children);
        if (a._children is null) return b.IsMember ? b : new FieldSet(true, b._children);
        var children = new Dictionary<string, FieldSet>(a._children, StringComparer.Ordinal);
        foreach (var (element, child) in b._children)
            children[element] = children.TryGetValue(element, out var other) ? Union(other, child)! : child;
        return new FieldSet(a.IsMember || b.IsMember, children);
    }

    /// <summary>The paths of <paramref name="a"/> that are not in <paramref name="b"/>; <paramref name="a"/> itself when nothing goes.</summary>
    public static FieldSet? Difference(FieldSet? a, FieldSet? b) => Subtract(a, b, recursive: false);

    /// <summary>As <see cref="Difference"/>, but a path of <paramref name="b"/> takes everything below it along.</summary>
    public static FieldSet? RecursiveDifference(FieldSet? a, FieldSet? b) => Subtract(a, b, recursive: true);

    public static FieldSet? Intersection(FieldSet? a, FieldSet? b)
    {
        if (a is null || b is null) return null;
        if (ReferenceEquals(a, b)) return a;
        Dictionary<string, FieldSet>? children = null;
        if (a._children is not null && b._children is not null)
        {
            var (few, many) = a._children.Count <= b._children.Count ? (a._children, b._children) : (b._children, a._children);
            foreach (var (element, child) in few)
                if (many.TryGetValue(element, out var other) && Intersection(child, other) is { } both)
                    (children ??= new(StringComparer.Ordinal))[element] = both;
        }

        return Of(a.IsMember && b.IsMember, children);
    }

    /// <summary>Whether both sets hold the same paths.</summary>
    public static bool Equals(FieldSet? a, FieldSet? b)
    {
        if (ReferenceEquals(a, b)) return true;
        if (a is null || b is null || a.IsMember != b.IsMember || (a._children?.Count ?? 0) != (b._children?.Count ?? 0)) return false;
        if (a._children is null) return true;
        foreach (var (element, child) in a._children)
            if (!b._children!.TryGetValue(element, out var other) || !Equals(child, other)) return false;
        return true;
    }

    /// <summary>The paths that start with one of the patterns; in a pattern <c>*</c> stands for any element.</summary>
    public static FieldSet? Keep(FieldSet? set, IReadOnlyList<string[]> patterns, int depth = 0)
    {
        if (set?._children is null || patterns.Count == 0) return null;
        Dictionary<string, FieldSet>? children = null;
        foreach (var (element, child) in set._children)
        {
            var matching = patterns.Where(p => p[depth] == "*" || p[depth] == element).ToList();
            var kept = matching.Any(p => p.Length == depth + 1) ? child : Keep(child, matching, depth + 1);
            if (kept is not null) (children ??= new(StringComparer.Ordinal))[element] = kept;
        }

        return Of(false, children);
    }

    private static FieldSet? Subtract(FieldSet? a, FieldSet? b, bool recursive)
    {
        if (a is null || b is null) return a;
        if (recursive && b.IsMember) return null;
        var children = a._children;
        if (children is not null && b._children is not null) children = SubtractChildren(children, b._children, recursive);
        var isMember = a.IsMember && !b.IsMember;
        return isMember == a.IsMember && ReferenceEquals(children, a._children) ? a : Of(isMember, children);
    }

    private static Dictionary<string, FieldSet> SubtractChildren(Dictionary<string, FieldSet> from, Dictionary<string, FieldSet> what, bool recursive)
    {
        Dictionary<string, FieldSet>? changed = null;
        foreach (var (element, other) in what)
        {
            if (!from.TryGetValue(element, out var child)) continue;
            var rest = Subtract(child, other, recursive);
            if (ReferenceEquals(rest, child)) continue;
            changed ??= new(from, StringComparer.Ordinal);
            if (rest is null) changed.Remove(element);
            else changed[element] = rest;
        }

        return changed ?? from;
    }
}
