using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Podkit.Client.Credentials;
using Podkit.Client.Telemetry;

namespace Podkit.Client.Http;

/// <summary>Adds the token; when the server refuses it, reads it again and sends once more if it has changed.</summary>
internal sealed class AuthenticatingHandler(TokenSource? tokens, ILogger log, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Set on requests whose body can be sent again although its type does not say so.</summary>
    public static HttpRequestOptionsKey<bool> Replayable { get; } = new("podkit.replayable");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (tokens is null || request.Headers.Contains("Authorization")) return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var credential = await tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        Authorize(request, credential);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !CanReplay(request)) return response;

        if (await tokens.RenewAsync(credential, cancellationToken).ConfigureAwait(false) is not { } renewed) return response;
        response.Dispose();
        ClientTelemetry.Renewed();
        ClientLog.CredentialsRenewed(log);
        Authorize(request, renewed);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static void Authorize(HttpRequestMessage request, Credential credential) =>
        request.Headers.Authorization = credential.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;

    private static bool CanReplay(HttpRequestMessage request) =>
        request.Content is null or ReadOnlyMemoryContent or ByteArrayContent || (request.Options.TryGetValue(Replayable, out var replayable) && replayable);
}
