using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Podkit.Ambassador.Forwarding;

/// <summary>One request and its answer; used again for the next request of the connection.</summary>
internal sealed class ProxyExchange
{
    public IFeatureCollection Features { get; private set; } = null!;

    public IHttpRequestFeature Request { get; private set; } = null!;

    public IHttpResponseFeature Response { get; private set; } = null!;

    public IHeaderDictionary Headers => Request.Headers;

    public CancellationToken Aborted => Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;

    public void Begin(IFeatureCollection features)
    {
        Features = features;
        Request = features.GetRequiredFeature<IHttpRequestFeature>();
        Response = features.GetRequiredFeature<IHttpResponseFeature>();
    }

    public void Abort() => Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();

    /// <summary>Whether there is a body, and how long it is when the client says so.</summary>
    public bool HasBody(out long? length)
    {
        length = Headers.ContentLength;
        if (length is not null) return length > 0 || Request.Method is "POST" or "PUT" or "PATCH";
        return Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
    }
}
