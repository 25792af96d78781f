using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Podkit.Metadata.AspNetCore;

/// <summary>An endpoint that shows what the app knows of its pod.</summary>
public static class PodEndpointExtensions
{
    /// <summary>
    /// Answers GET with the pod's present state as JSON: each value, where it comes from and whether it can change; how volumes are watched; what is
    /// wrong. Annotations are shown only when asked for, secrets never. As any such page it is for those who run the app: bind it to an inner port
    /// (<c>.RequireHost("*:8081")</c>) or <c>.RequireAuthorization()</c>.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="configure">Changes what is shown.</param>
    public static IEndpointConventionBuilder MapPodMetadata(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/pod", Action<PodEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var metadata = endpoints.ServiceProvider.GetService<IPodMetadata>()
            ?? throw new InvalidOperationException("MapPodMetadata() needs the pod's metadata: call builder.AddPodMetadata() as well.");
        var options = new PodEndpointOptions();
        configure?.Invoke(options);
        return endpoints.MapGet(pattern, context => WriteAsync(context, metadata, options)).WithDisplayName("Podkit: pod metadata");
    }

    private static async Task WriteAsync(HttpContext context, IPodMetadata metadata, PodEndpointOptions options)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(PodDocument.Write(metadata.Current, metadata.Status, options), context.RequestAborted).ConfigureAwait(false);
    }
}
