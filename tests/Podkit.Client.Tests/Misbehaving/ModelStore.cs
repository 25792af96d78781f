using System.Globalization;
using System.Text;

namespace Podkit.Client.Tests.Misbehaving;

/// <summary>What an API server knows: objects, their versions, and the events so far.</summary>
internal sealed class ModelStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (long Version, string Json)> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Line)> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _oldest;
    private int _uid;
    private readonly Dictionary<string, int> _uids = [];

    public long Version
    {
        get
        {
            lock (_lock) return _version;
        }
    }

    /// <summary>Names and versions of what there is.</summary>
    public SortedDictionary<string, string> State
    {
        get
        {
            lock (_lock) return new(_objects.ToDictionary(o => o.Key, o => o.Value.Version.ToString(CultureInfo.InvariantCulture)), StringComparer.Ordinal);
        }
    }

    public long Put(string name, int padding = 0)
    {
        lock (_lock)
        {
            var known = _objects.ContainsKey(name);
            if (!known) _uids[name] = ++_uid;
            var json = Pod(name, _uids[name], ++_version, padding);
            _objects[name] = (_version, json);
            return Tell(known ? "MODIFIED" : "ADDED", json);
        }
    }

    public long Delete(string name)
    {
        lock (_lock)
        {
            if (!_objects.Remove(name)) return _version;
            return Tell("DELETED", Pod(name, _uids[name], ++_version, 0));
        }
    }

    /// <summary>Forgets the events so far: who watches from before gets 410.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            _events.Clear();
            _oldest = _version;
        }
    }

    public string List()
    {
        lock (_lock) return $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{_version}}"},"items":[{{string.Join(',', _objects.Values.Select(o => o.Json))}}]}""";
    }

    /// <summary>A page; the token is the version and the last name.</summary>
    public string? Page(int limit, string? token)
    {
        lock (_lock)
        {
            var parts = token?.Split(',');
            if (parts is not null && long.Parse(parts[0], CultureInfo.InvariantCulture) < _oldest) return null;
            var rest = _objects.Where(o => parts is null || string.CompareOrdinal(o.Key, parts[1]) > 0).ToList();
            var page = rest.Take(limit).ToList();
            var next = rest.Count > limit ? $"{_version},{page[^1].Key}" : "";
            return $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{_version}}","continue":"{{next}}"},"items":[{{string.Join(',', page.Select(o => o.Value.Json))}}]}""";
        }
    }

    /// <summary>The lines of a streaming list, with the bookmark that ends it, and the version after which to go on.</summary>
    public (List<string> Lines, long Version) Initial()
    {
        lock (_lock)
        {
            var lines = _objects.Values.Select(o => Line("ADDED", o.Json)).ToList();
            lines.Add(Line("BOOKMARK", $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"{{{_version}}}","annotations":{"k8s.io/initial-events-end":"true"}} }"""));
            return (lines, _version);
        }
    }

    /// <summary>Whether a version can be watched from.</summary>
    public bool HasExpired(long version)
    {
        lock (_lock) return version < _oldest;
    }

    /// <summary>The events after a version, and what tells of more.</summary>
    public (List<(long Version, string Line)> Events, Task More) After(long version)
    {
        lock (_lock) return (_events.Where(e => e.Version > version).ToList(), _changed.Task);
    }

    public static string Line(string type, string json) => $$"""{"type":"{{type}}","object":{{json}}}""";

    public static string Pod(string name, int uid, long version, int padding)
    {
        var text = new StringBuilder(padding).Append('x', padding);
        return $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"shop","uid":"u{{{uid}}}","resourceVersion":"{{{version}}}","annotations":{"padding":"{{{text}}}"}},"spec":{"containers":[]},"status":{}}""";
    }

    private long Tell(string type, string json)
    {
        _events.Add((_version, Line(type, json)));
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
        return _version;
    }
}
