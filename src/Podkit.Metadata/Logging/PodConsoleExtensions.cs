using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Podkit.Metadata.Logging;

namespace Podkit.Metadata;

/// <summary>A console whose JSON lines begin with the pod.</summary>
public static class PodConsoleExtensions
{
    /// <summary>The console formatter's name, as in the setting <c>Logging:Console:FormatterName</c>: <c>pod-json</c>.</summary>
    public const string FormatterName = "pod-json";

    /// <summary>
    /// Adds a console that writes what <c>AddJsonConsole</c> writes, with the pod's attributes as the first members of each line instead of a scope:
    /// <code>{"k8s.pod.name":"web-1","k8s.namespace.name":"shop","EventId":1,"LogLevel":"Information",…}</code>
    /// They are encoded once for each state of the pod, so a line costs little more than without, and they need no <c>IncludeScopes</c>. Which
    /// attributes, <see cref="PodLoggingExtensions.AddPodMetadata"/> says, which is called too.
    /// <code>
    /// builder.AddPodMetadata();
    /// builder.Logging.AddPodMetadata(pod =&gt; pod.Labels("env")).AddPodJsonConsole();
    /// </code>
    /// </summary>
    /// <param name="builder">The logging of the app.</param>
    /// <param name="configure">Sets scopes, timestamps and the rest; the section <c>Logging:Console:FormatterOptions</c> does too.</param>
    public static ILoggingBuilder AddPodJsonConsole(this ILoggingBuilder builder, Action<JsonConsoleFormatterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddPodMetadata().AddJsonConsole(configure ?? (_ => { })).AddConsole(o => o.FormatterName = FormatterName);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ConsoleFormatter, PodJsonFormatter>());
        return builder;
    }
}
