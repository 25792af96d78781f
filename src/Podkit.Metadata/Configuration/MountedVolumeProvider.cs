using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Configuration;

/// <summary>Shows the files of a mounted volume as configuration: all of one version, or all of the next.</summary>
internal sealed class MountedVolumeProvider : ConfigurationProvider, ITellingProvider, IDisposable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MountedVolumeSource _source;
    private readonly MountedVolumeOptions _options;
    private readonly MountedVolumeLog _log;
    private readonly VolumeReader _reader;
    private readonly Coalesced _reload;
    private readonly Lock _gate = new();
    private readonly string _path;
    private VolumeWatcher? _watcher;
    private VolumeContent? _content;
    private VolumeContent? _seen;
    private VolumeContent? _taken;
    private string? _fileProblem;

    public MountedVolumeProvider(MountedVolumeSource source)
    {
        (_source, _path, _options) = (source, source.Path, source.Options);
        _log = new MountedVolumeLog(source);
        _reader = new VolumeReader(_path);
        _reload = new Coalesced(OnReload);
    }

    /// <inheritdoc/>
    /// <exception cref="DirectoryNotFoundException">The directory is missing, and it is not optional.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read, and there is no earlier content.</exception>
    public override void Load()
    {
        lock (_gate)
        {
            try
            {
                var isPresent = Look(out var problem);
                if (_content is null && !_options.Optional)
                {
                    throw new DirectoryNotFoundException(problem ?? $"the mounted volume {_path} does not exist: mount it there, or set {nameof(MountedVolumeOptions)}.{nameof(MountedVolumeOptions.Optional)}");
                }

                Take(isAsked: true);
                _log.Say(problem, isPresent, _fileProblem);
                if (_watcher is not null) _log.SayWatching(_watcher);
            }
            catch (Exception) when (_taken is null)
            {
                // Whoever builds a configuration does not get, and so does not dispose, a provider that fails.
                Dispose();
                throw;
            }
        }
    }

    public void UseLogger(ILoggerFactory loggers)
    {
        _source.Logger ??= loggers.CreateLogger(MountedVolumeLog.Category);
        _log.Use(_source.Logger);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _watcher?.Dispose();
            _watcher = null;
            _log.Dispose();
        }
    }

    /// <summary>Reads what there is now, and begins to watch where that is wanted.</summary>
    /// <param name="problem">Why it cannot be read; null when it can.</param>
    /// <returns>Whether it is there.</returns>
    private bool Look(out string? problem)
    {
        problem = null;
        if (!_options.ReloadOnChange)
        {
            try
            {
                return _reader.Read(_content, out _content) is not VolumeRead.Missing;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem = $"{_path} cannot be read: {e.Message}";
                return false;
            }
        }

        if (_watcher is null)
        {
            var watching = VolumeWatchOptions.From(_options.UseInotify, _options.DirectoryEvents, _options.PollInterval, _options.TimeProvider);
            _watcher = new VolumeWatcher(_path, watching, Follow);
            _watcher.Start();
        }
        else _watcher.Refresh();

        _content = _watcher.Content ?? _content;
        problem = _watcher.Problem;
        return _watcher.Present;
    }

    private void Follow(VolumeWatcher watcher)
    {
        bool changed;
        lock (_gate)
        {
            _content = watcher.Content ?? _content;
            changed = Take(isAsked: false);
            _log.Say(watcher.Problem, watcher.Present, _fileProblem);
            _log.SayWatching(watcher);
        }

        if (!changed) return;
        try
        {
            _reload.Run();
        }
        catch (Exception e)
        {
            _log.CallbackFailed(e);
        }
    }

    /// <summary>Takes new content, all of it or nothing; content that was refused is looked at again when somebody asks for it.</summary>
    /// <returns>Whether anything was taken.</returns>
    private bool Take(bool isAsked)
    {
        if (_content is not { } content || ReferenceEquals(content, isAsked ? _taken : _seen)) return false;
        var problems = new List<string>();
        var data = Read(content, problems);
        if (problems.Count > 0 && isAsked && _taken is null) throw new InvalidDataException(string.Join("; ", problems));
        _seen = content;
        _fileProblem = problems.Count == 0 ? null : string.Join("; ", problems) + "; the last good content stays";
        if (problems.Count > 0) return false;
        _taken = content;
        Data = data;
        return true;
    }

    private Dictionary<string, string?> Read(VolumeContent content, List<string> problems)
    {
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var skipped in content.Skipped)
        {
            if (skipped.IsFile && IsIncluded(skipped.Path, problems)) problems.Add($"{_path}/{skipped.Path} {skipped.Reason}");
        }

        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, bytes) in content.Files)
        {
            if (!IsIncluded(path, problems) || Text(bytes) is not { } text) continue;
            var problem = Add(path, text, data, names);
            if (problem is not null) problems.Add($"{_path}/{path} {problem}");
        }

        return data;
    }

    /// <summary>Whether the app wants the file.</summary>
    private bool IsIncluded(string path, List<string> problems)
    {
        try
        {
            return _options.Include?.Invoke(path) != false;
        }
        catch (Exception e)
        {
            // It is the app's own, which may throw anything; whoever told of the change cannot do anything about it.
            problems.Add($"{_path}/{path} cannot be judged: {nameof(MountedVolumeOptions.Include)} has failed: {e.Message}");
            return false;
        }
    }

    private string? Add(string path, string text, Dictionary<string, string?> data, Dictionary<string, string> names)
    {
        if (_options.ParseDocuments && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return DocumentKeys.ReadJson(text, _options.Section, data);
        if (_options.ParseDocuments && (path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)))
            return DocumentKeys.ReadYaml(text, _options.Section, data);
        var name = path.Replace("__", ":", StringComparison.Ordinal).Replace('/', ':');
        var key = _options.Section.Length == 0 ? name : $"{_options.Section}:{name}";
        if (names.TryGetValue(key, out var other)) _log.SayHidden(other, path, key);
        names[key] = path;
        data[key] = WithoutLastLineEnd(text);
        return null;
    }

    /// <summary>The text of a file; null when its bytes are none.</summary>
    private static string? Text(byte[] bytes)
    {
        var span = bytes.AsSpan();
        if (span.StartsWith("\uFEFF"u8)) span = span[3..];
        if (span.Contains((byte)0)) return null;
        try
        {
            return Strict.GetString(span);
        }
        catch (DecoderFallbackException)
        {
            return null; // A certificate store or the like: to be read as a file.
        }
    }

    /// <summary>Editors and <c>kubectl create --from-file</c> leave a line end that nobody means.</summary>
    private static string WithoutLastLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
