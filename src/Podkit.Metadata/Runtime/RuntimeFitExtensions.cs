using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Podkit.Metadata.Runtime;

namespace Podkit.Metadata;

/// <summary>Fits .NET to the container.</summary>
public static class RuntimeFitExtensions
{
    /// <summary>
    /// Sets .NET's limits from the container's resources when the host starts, where .NET does not see them itself, and logs what was set and what
    /// only the container's environment can set: see <see cref="RuntimeFit"/>. It needs <c>AddPodMetadata()</c> too.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes how limits follow from resources.</param>
    public static IServiceCollection AddPodRuntimeFit(this IServiceCollection services, Action<RuntimeFitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new RuntimeFitOptions();
        configure?.Invoke(options);
        options.Validate();
        return services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<RuntimeFitter>(provider, options));
    }
}
