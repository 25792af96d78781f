using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Podkit.Metadata.Logging;

/// <summary>What log lines are to carry, and the scope provider that the app had before.</summary>
internal sealed class PodLoggingChoice(ServiceDescriptor? before)
{
    public PodAttributeOptions Options { get; } = new();

    /// <summary>The attributes that were chosen, of the pod that the services know.</summary>
    /// <exception cref="InvalidOperationException">They know none.</exception>
    public PodAttributes Attributes(IServiceProvider services)
    {
        var metadata = services.GetService<IPodMetadata>()
            ?? throw new InvalidOperationException("Logging.AddPodMetadata() needs the pod's metadata: call builder.AddPodMetadata() or services.AddPodMetadata() as well.");
        return new PodAttributes(metadata, Options);
    }

    public PodScopeProvider Create(IServiceProvider services)
    {
        var attributes = Attributes(services);
        return new PodScopeProvider(Before(services), attributes);
    }

    private IExternalScopeProvider Before(IServiceProvider services)
    {
        if (before is null) return ScopeProviderCapture.Take(services.GetRequiredService<IOptions<LoggerFactoryOptions>>().Value);
        return (IExternalScopeProvider)(before.ImplementationInstance ?? before.ImplementationFactory?.Invoke(services)
            ?? ActivatorUtilities.CreateInstance(services, before.ImplementationType!));
    }
}
