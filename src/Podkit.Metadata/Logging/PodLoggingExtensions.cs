using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Logging;

namespace Podkit.Metadata;

/// <summary>Every log line carries the pod.</summary>
public static class PodLoggingExtensions
{
    /// <summary>
    /// Adds the pod's name, namespace and node, and chosen labels, to every log line, as an outermost scope: whatever writes scopes shows it,
    /// such as the console with <c>IncludeScopes</c>, JSON or simple, or OpenTelemetry. A line has the label's value at the time of the line.
    /// It needs <c>AddPodMetadata()</c> of the builder or the services too.
    /// <code>
    /// builder.AddPodMetadata();
    /// builder.Logging.AddPodMetadata(pod =&gt; pod.Labels("env")).AddJsonConsole(o =&gt; o.IncludeScopes = true);
    /// </code>
    /// </summary>
    /// <param name="builder">The logging of the app.</param>
    /// <param name="configure">Chooses the labels and the rest. Each call adds to what the calls before have chosen.</param>
    public static ILoggingBuilder AddPodMetadata(this ILoggingBuilder builder, Action<PodAttributeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var choice = (PodLoggingChoice?)services.FirstOrDefault(s => s.ServiceType == typeof(PodLoggingChoice))?.ImplementationInstance;
        if (choice is null)
        {
            choice = new PodLoggingChoice(services.LastOrDefault(s => s.ServiceType == typeof(IExternalScopeProvider) && !s.IsKeyedService));
            services.AddSingleton(choice);
            services.AddSingleton<IExternalScopeProvider>(choice.Create);
        }

        configure?.Invoke(choice.Options);
        return builder;
    }
}
