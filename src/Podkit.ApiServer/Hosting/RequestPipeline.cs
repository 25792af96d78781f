using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Discovery;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Handlers;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Responses;
using Podkit.Model;

namespace Podkit.ApiServer.Hosting;

/// <summary>What happens to every request: who asks, may they, who answers; and what is said when that goes wrong.</summary>
internal sealed class RequestPipeline(ServerServices services, IAuthenticator authenticator, IAuthorizer authorizer, DiscoveryHandler discovery)
{
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (IsStopping) throw Stopping(http);
            await AnswerAsync(http).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            await RefuseAsync(http, e).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody waits for an answer.
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(http, ApiException.BadRequest(e.Message)).ConfigureAwait(false);
        }
        catch (Exception) when (IsStopping)
        {
            await RefuseAsync(http, Stopping(http)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            services.Logger.RequestFailed(e, http.Request.Method, http.Request.Path);
            await RefuseAsync(http, ApiException.InternalError("the server failed to answer this request; its log says why")).ConfigureAwait(false);
        }
    }

    private bool IsStopping => services.Stopping.IsCancellationRequested;

    /// <summary>What kube-apiserver says while it shuts down: clients wait and ask again without a word.</summary>
    private static ApiException Stopping(HttpContext http)
    {
        if (!http.Response.HasStarted && HttpProtocol.IsHttp11(http.Request.Protocol)) http.Response.Headers.Connection = "close";
        return ApiException.TooManyRequests("The apiserver is shutting down, please try again later.", 5);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var info = RequestInfoParser.Parse(http.Request.Method, http.Request.Path.Value ?? "/", name => query.TryGetValue(name, out var values) ? values.Count > 0 ? values[0] : "" : null);
        var requestor = await authenticator.AuthenticateAsync(http, http.RequestAborted).ConfigureAwait(false) ?? throw ApiException.Unauthorized();
        var user = Impersonation.Apply(requestor, http.Request.Headers, authorizer);
        var attributes = AuthorizationAttributes.Of(info);
        var decision = authorizer.Authorize(user, attributes);
        if (!decision.Allowed) throw AccessDenied.Exception(user, attributes, decision.Reason);
        await RouteAsync(http, info, user).ConfigureAwait(false);
    }

    private Task RouteAsync(HttpContext http, RequestInfo info, UserInfo user)
    {
        if (!info.IsResource) return discovery.HandleAsync(http, info);
        if (ResourceTable.Find(info.Group, info.Version, info.Resource) is { } kind) return ResourceHandlers.HandleAsync(new ApiRequest(http, info, user, kind, services));
        return DiscoveryDocuments.HasGroup(info.Group) ? throw ApiException.NoSuchResource() : DiscoveryHandler.NotFoundAsync(http);
    }

    private static Task RefuseAsync(HttpContext http, ApiException refusal)
    {
        if (!http.Response.HasStarted) return ResponseWriter.WriteErrorAsync(http, refusal, []);
        http.Abort();
        return Task.CompletedTask;
    }
}
