using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Podkit.Model.Yaml;

/// <summary>Turns YAML events into JSON nodes and remembers the line of each field.</summary>
internal sealed class YamlReading(string file)
{
    private readonly Dictionary<string, JsonNode?> anchors = new(StringComparer.Ordinal);
    private Dictionary<string, int> lines = new(StringComparer.Ordinal);
    private int nodes;

    public List<YamlDocument> Read(string text)
    {
        var documents = new List<YamlDocument>();
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            while (!parser.TryConsume<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                anchors.Clear();
                lines = new(StringComparer.Ordinal);
                var line = (int)parser.Current!.Start.Line;
                var root = Node(parser, "", 0);
                parser.Consume<DocumentEnd>();
                if (root is not null) documents.Add(new YamlDocument(root, file, line, lines));
            }
        }
        catch (YamlException e)
        {
            var reason = e.InnerException?.Message ?? Trim(e.Message);
            throw Error(reason.Contains(" tab ", StringComparison.Ordinal) ? FirstTab(text, e.Start) : e.Start, reason);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // Some broken texts break the scanner itself.
            throw Error(parser.Current?.End ?? Mark.Empty, "this is no YAML from here on");
        }

        return documents;
    }

    /// <summary>Of a tab in an indentation the parser tells where the mapping began: the first line from there on that is indented by one.</summary>
    private static Mark FirstTab(string text, Mark from)
    {
        var number = 0L;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var tab = line.IndexOf('\t');
            if (++number >= from.Line && tab >= 0 && line[..tab].Trim(' ').IsEmpty) return new Mark(0, number, tab + 1);
        }

        return from;
    }

    private static string Trim(string message)
    {
        var colon = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        return colon < 0 ? message : message[(colon + 3)..];
    }

    private YamlFormatException Error(Mark at, string reason) => new(file, at.Line, at.Column, reason);

    private JsonNode? Node(IParser parser, string path, int depth)
    {
        var start = parser.Current!.Start;
        if (depth > YamlDocuments.MaximumDepth) throw Error(start, $"nested deeper than {YamlDocuments.MaximumDepth} levels");
        Count(1, start);
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return anchors.TryGetValue(alias.Value.Value, out var known) ? Copy(known, start) : throw Error(start, $"the alias *{alias.Value} has no anchor before it");
        if (parser.TryConsume<Scalar>(out var scalar)) return Anchor(scalar, Value(scalar));
        if (parser.TryConsume<SequenceStart>(out var sequence)) return Anchor(sequence, Sequence(parser, path, depth));
        return Anchor(parser.Consume<MappingStart>(), Mapping(parser, path, depth));
    }

    private JsonNode? Anchor(NodeEvent node, JsonNode? value)
    {
        if (!node.Anchor.IsEmpty) anchors[node.Anchor.Value] = value;
        return value;
    }

    private JsonArray Sequence(IParser parser, string path, int depth)
    {
        var array = new JsonArray();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            var element = string.Create(CultureInfo.InvariantCulture, $"{path}[{array.Count}]");
            lines[element] = (int)parser.Current!.Start.Line;
            array.Add(Node(parser, element, depth + 1));
        }

        return array;
    }

    private JsonObject Mapping(IParser parser, string path, int depth)
    {
        var mapping = new JsonObject();
        var merged = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key)) throw Error(parser.Current!.Start, "a key must be a plain value");
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                Merge(mapping, merged, Node(parser, path, depth + 1), key.Start);
                continue;
            }

            var name = key.Style == ScalarStyle.Plain && Value(key) is JsonValue plain ? Text(plain) : key.Value;
            var field = path.Length == 0 ? name : $"{path}.{name}";
            if (mapping.ContainsKey(name) && !merged.Remove(name))
                throw Error(key.Start, $"the key \"{name}\" is set twice, first in line {lines[field]}");
            lines[field] = (int)key.Start.Line;
            lines[$"{path}[{name}]"] = (int)key.Start.Line;
            mapping[name] = Node(parser, field, depth + 1);
        }

        return mapping;
    }

    /// <summary>YAML 1.1's merge key: what the mapping sets itself wins.</summary>
    private void Merge(JsonObject mapping, HashSet<string> merged, JsonNode? source, Mark at)
    {
        foreach (var part in source is JsonArray list ? list : [source?.DeepClone()])
        {
            if (part is not JsonObject other) throw Error(at, "a merge key (<<) takes a mapping or a list of mappings");
            foreach (var (name, value) in other)
            {
                if (mapping.ContainsKey(name)) continue;
                mapping[name] = Copy(value, at);
                merged.Add(name);
            }
        }
    }

    private JsonNode? Copy(JsonNode? value, Mark at)
    {
        Count(Size(value), at);
        return value?.DeepClone();
    }

    private static int Size(JsonNode? value) => value switch
    {
        JsonObject o => 1 + o.Sum(p => Size(p.Value)),
        JsonArray a => 1 + a.Sum(Size),
        _ => 1,
    };

    private void Count(int more, Mark at)
    {
        nodes += more;
        if (nodes > YamlDocuments.MaximumNodes) throw Error(at, $"more than {YamlDocuments.MaximumNodes} values, those of aliases counted");
    }

    private JsonNode? Value(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag is "!" or "tag:yaml.org,2002:str" or "tag:yaml.org,2002:binary" || (tag.Length == 0 && scalar.Style != ScalarStyle.Plain)) return JsonValue.Create(scalar.Value);
        return YamlScalars.TryResolve(scalar.Value, out var value) ? value : throw Error(scalar.Start, $"{scalar.Value} has no form in JSON");
    }

    private static string Text(JsonValue value) => value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToString();
}
