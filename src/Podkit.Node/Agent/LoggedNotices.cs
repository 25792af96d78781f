using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Podkit.Node.Agent;

/// <summary>Hands each sentence on once: to whom the options name, or to the log.</summary>
internal sealed partial class LoggedNotices(INodeNotices? target, ILogger logger) : INodeNotices
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    public void Say(string text)
    {
        if (_said.Count >= Most || !_said.TryAdd(text, true)) return;
        if (target is not null) target.Say(text);
        else LogNotice(text);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    private partial void LogNotice(string notice);
}
