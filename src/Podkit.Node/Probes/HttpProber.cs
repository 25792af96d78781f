using System.Net.Sockets;
using System.Security.Authentication;

namespace Podkit.Node.Probes;

/// <summary>
/// Asks an HTTP server: 200 to 399 is well. Certificates of <c>scheme: HTTPS</c> are verified, which a kubelet does not do: nothing in Podkit takes a certificate unseen.
/// </summary>
internal sealed class HttpProber(HttpMessageInvoker http, HttpTarget target) : IProber
{
    private const int MostRedirects = 10;

    public async Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await FollowAsync(limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            return ProbeOutcome.Failed($"Get \"{target.Uri}\": {Explain(e)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failed($"Get \"{target.Uri}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
    }

    private async Task<ProbeOutcome> FollowAsync(CancellationToken cancellationToken)
    {
        var step = target;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = step.NewRequest();
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            if (Redirect(response, status, step) is not { } next) return status is >= 200 and < 400 ? ProbeOutcome.Ok : ProbeOutcome.Failed($"HTTP probe failed with statuscode: {status}");
            step = target with { Uri = next };
        }
        return ProbeOutcome.Failed($"Get \"{target.Uri}\": stopped after {MostRedirects} redirects");
    }

    /// <summary>Where to go next; null at the end. A redirect to another host is not followed and counts as well.</summary>
    private static Uri? Redirect(HttpResponseMessage response, int status, HttpTarget step)
    {
        if (status is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return null;
        var next = new Uri(step.Uri, location);
        return next.Host == step.Uri.Host && next.Scheme is "http" or "https" ? next : null;
    }

    private string Explain(HttpRequestException exception) => exception.InnerException switch
    {
        SocketException socket => DialMessages.Of(socket, DialMessages.Join(target.Uri.Host.Trim('[', ']'), target.Uri.Port)),
        AuthenticationException tls => $"tls: {tls.Message} (HTTPS probes verify the certificate and its name here)",
        HttpIOException or IOException => "EOF",
        _ => exception.Message,
    };
}
