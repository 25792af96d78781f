using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Podkit.Metadata.Logging;

/// <summary>The lines of the JSON console with the pod's attributes as their first members, encoded once for each state of the pod.</summary>
internal sealed class PodJsonFormatter(IServiceProvider services) : ConsoleFormatter(PodConsoleExtensions.FormatterName)
{
    // The console's formatters are made together with this one: the JSON formatter can be asked for afterwards only.
    private readonly Lazy<ConsoleFormatter> _json = new(() => services.GetServices<ConsoleFormatter>().First(f => f.Name == ConsoleFormatterNames.Json));
    private readonly PodAttributes _attributes = services.GetRequiredService<PodLoggingChoice>().Attributes(services);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var scopes = scopeProvider is PodScopeProvider pod ? pod.Inner : scopeProvider;
        if (_attributes.Current is not { Count: > 0 } attributes)
        {
            _json.Value.Write(logEntry, scopes, textWriter);
            return;
        }

        using var line = InsertingWriter.Begin(textWriter, attributes.JsonMembers);
        _json.Value.Write(logEntry, scopes, line);
    }
}
