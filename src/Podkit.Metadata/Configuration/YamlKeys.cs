using System.Globalization;
using Podkit.Model.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Podkit.Metadata.Configuration;

/// <summary>
/// Reads YAML as keys of configuration. Configuration is text, so scalars stay as they are written: <c>1.10</c>, <c>NO</c>, <c>0755</c>. Only
/// <c>~</c>, <c>null</c> and nothing at all, unquoted, are no value. Keys are text, too.
/// </summary>
internal sealed class YamlKeys
{
    private const string MergeKey = "<<";
    private readonly Dictionary<string, List<Entry>> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    /// <summary>Adds the keys of every document.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static void Read(string text, string prefix, Dictionary<string, string?> data)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            while (!parser.TryConsume<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                foreach (var (path, value) in new YamlKeys().Node(parser, 0))
                {
                    var key = Join(prefix, path);
                    if (key.Length > 0) data[key] = value;
                }

                parser.Consume<DocumentEnd>();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // Some broken texts break the scanner itself.
            throw new YamlException(parser.Current?.End ?? Mark.Empty, Mark.Empty, "this is no YAML from here on", e);
        }
    }

    public static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}:{name}";

    /// <summary>The keys below a node and their values, in order.</summary>
    private List<Entry> Node(IParser parser, int depth)
    {
        var start = parser.Current!.Start;
        if (depth > YamlDocuments.MaximumDepth) throw Error(start, $"nested deeper than {YamlDocuments.MaximumDepth} levels");
        Count(1, start);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var known)) throw Error(start, $"the alias *{alias.Value} has no anchor before it");
            Count(known.Count, start);
            return known;
        }

        var node = parser.Current as NodeEvent ?? throw Error(start, "a value is missing");
        var entries = node switch
        {
            Scalar => [new Entry("", Text(parser.Consume<Scalar>()))],
            SequenceStart => Sequence(parser, depth),
            _ => Mapping(parser, depth),
        };
        if (!node.Anchor.IsEmpty) _anchors[node.Anchor.Value] = entries;
        return entries;
    }

    private List<Entry> Sequence(IParser parser, int depth)
    {
        parser.Consume<SequenceStart>();
        var entries = new List<Entry>();
        for (var i = 0; !parser.TryConsume<SequenceEnd>(out _); i++) Add(entries, i.ToString(CultureInfo.InvariantCulture), parser, depth);
        return entries;
    }

    private List<Entry> Mapping(IParser parser, int depth)
    {
        parser.Consume<MappingStart>();
        var entries = new List<Entry>();
        var merged = new List<Entry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key)) throw Error(parser.Current!.Start, "a key must be a plain value");
            if (key is { Value: MergeKey, Style: ScalarStyle.Plain })
            {
                Merge(merged, parser, depth);
                continue;
            }

            if (!names.Add(key.Value)) throw Error(key.Start, "a key is set twice");
            Add(entries, key.Value, parser, depth);
        }

        // What the mapping sets itself comes in the place of what it merges.
        merged.RemoveAll(m => names.Contains(m.Path.Split(':')[0]) || names.Contains(m.Path));
        return [.. merged, .. entries];
    }

    /// <summary>YAML 1.1's merge key takes a mapping or a list of them, of which the first counts.</summary>
    private void Merge(List<Entry> merged, IParser parser, int depth)
    {
        var isList = parser.TryConsume<SequenceStart>(out _);
        do
        {
            if (isList && parser.TryConsume<SequenceEnd>(out _)) return;
            var known = merged.Select(m => m.Path.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
            merged.AddRange(Node(parser, depth + 1).Where(e => !known.Contains(e.Path.Split(':')[0])));
        }
        while (isList);
    }

    private void Add(List<Entry> entries, string name, IParser parser, int depth)
    {
        var start = parser.Current!.Start;
        var below = Node(parser, depth + 1);
        Count(below.Count, start);
        foreach (var (path, value) in below) entries.Add(new Entry(Join(name, path), value));
    }

    private void Count(int more, Mark at)
    {
        _nodes += more;
        if (_nodes > YamlDocuments.MaximumNodes) throw Error(at, $"more than {YamlDocuments.MaximumNodes} values, those of aliases counted");
    }

    private static YamlException Error(Mark at, string reason) => new(at, at, reason);

    private static string? Text(Scalar scalar)
    {
        var isWritten = scalar.Style != ScalarStyle.Plain || !scalar.Tag.IsEmpty;
        return isWritten || scalar.Value is not ("" or "~" or "null" or "Null" or "NULL") ? scalar.Value : null;
    }

    /// <summary>A key below a node, and its value.</summary>
    private readonly record struct Entry(string Path, string? Value);
}
