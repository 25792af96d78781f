using System.Net;
using System.Net.Http.Headers;
using Podkit.Client.Credentials;

namespace Podkit.Client.Http;

/// <summary>Adds the token; when the server refuses it, reads it again and sends once more if it has changed.</summary>
internal sealed class AuthenticatingHandler(TokenSource? tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Set on requests whose body can be sent again although its type does not say so.</summary>
    public static HttpRequestOptionsKey<bool> Replayable { get; } = new("podkit.replayable");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (tokens is null || request.Headers.Contains("Authorization")) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var token = await tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !CanReplay(request)) return response;

        var renewed = await tokens.RenewAsync(token, cancellationToken).ConfigureAwait(false);
        if (renewed is null) return response;
        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", renewed);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static bool CanReplay(HttpRequestMessage request) =>
        request.Content is null or ReadOnlyMemoryContent or ByteArrayContent || (request.Options.TryGetValue(Replayable, out var replayable) && replayable);
}
