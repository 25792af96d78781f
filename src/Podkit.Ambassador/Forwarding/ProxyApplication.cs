using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Podkit.Ambassador.Files;
using Podkit.Ambassador.Filtering;
using Podkit.Ambassador.Paths;
using Podkit.Ambassador.Tunnels;

namespace Podkit.Ambassador.Forwarding;

/// <summary>What happens to a request: judged, then forwarded, tunnelled, answered from a file, or refused.</summary>
internal sealed partial class ProxyApplication : IHttpApplication<ProxyExchange>
{
    private readonly AmbassadorOptions _options;
    private readonly RequestFilter? _filter;
    private readonly RequestForwarder _forwarder;
    private readonly UpgradeForwarder _upgrades;
    private readonly StaticFiles? _files;
    private readonly string _apiPrefix;
    private readonly string _wwwPrefix;
    private readonly bool _stripApiPrefix;
    private readonly ILogger _logger;

    public ProxyApplication(AmbassadorOptions options, RequestForwarder forwarder, UpgradeForwarder upgrades, ILogger logger)
    {
        (_options, _forwarder, _upgrades, _logger) = (options, forwarder, upgrades, logger);
        _filter = options.DisableFilter ? null : new RequestFilter(options);
        _files = options.Www.Length > 0 ? new StaticFiles(options.Www) : null;
        _apiPrefix = WithSlash(options.ApiPrefix);
        _wwwPrefix = WithSlash(options.WwwPrefix);

        // As kubectl proxy does: a prefix that is itself one of the API's is left in place.
        _stripApiPrefix = !_apiPrefix.StartsWith("/api", StringComparison.Ordinal);
    }

    public ProxyExchange CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<ProxyExchange>;
        var exchange = container?.HostContext ?? new ProxyExchange();
        if (container is not null) container.HostContext = exchange;
        exchange.Begin(contextFeatures);
        return exchange;
    }

    public void DisposeContext(ProxyExchange context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(ProxyExchange context)
    {
        var upgrade = UpgradeRequest.Of(context.Headers);
        var gate = context.Features.Get<TunnelGate>()!;
        gate.Begin(upgrade is not null);
        try
        {
            if (Route(context, out var target, out var inFiles) is { } refusal) await refusal.WriteAsync(context.Features).ConfigureAwait(false);
            else if (inFiles) await _files!.ServeAsync(context, target.Strip(_wwwPrefix)).ConfigureAwait(false);
            else if (upgrade is not null) await _upgrades.ForwardAsync(context, gate, target, upgrade).ConfigureAwait(false);
            else await _forwarder.ForwardAsync(context, target).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or Microsoft.AspNetCore.Connections.ConnectionAbortedException)
        {
            // The client has gone, or is being let go: there is nobody to tell.
            context.Abort();
        }
        catch (Exception e)
        {
            LogBug(e);
            if (context.Response.HasStarted) context.Abort();
            else await new Refusal(500, "InternalError", "an error of the ambassador itself; its log has more").WriteAsync(context.Features).ConfigureAwait(false);
        }
        finally
        {
            gate.End();
        }
    }

    private Refusal? Route(ProxyExchange context, out RequestTarget target, out bool inFiles)
    {
        inFiles = false;
        if (RequestTarget.Parse(context.Request.RawTarget, out target) is { } problem) return Refusal.BadRequest(problem);
        inFiles = _files is not null && target.Path.StartsWith(_wwwPrefix, StringComparison.Ordinal) && (_wwwPrefix.Length >= _apiPrefix.Length || !target.Path.StartsWith(_apiPrefix, StringComparison.Ordinal));
        if (inFiles) return null;

        if (context.Request.Method is "CONNECT" or "TRACE") return new Refusal(405, "MethodNotAllowed", $"{context.Request.Method} is not supported");
        if (!target.Path.StartsWith(_apiPrefix, StringComparison.Ordinal)) return new Refusal(404, "NotFound", $"the API is served below {_apiPrefix} (--api-prefix)");
        if (_stripApiPrefix)
        {
            if (!target.Raw.StartsWith(_apiPrefix, StringComparison.Ordinal)) return Refusal.BadRequest($"the prefix {_apiPrefix} must not be percent-encoded");
            target = target.Strip(_apiPrefix);
        }

        var headers = context.Headers;
        if (_filter?.Refuse(context.Request.Method, target.Path, headers.Host.ToString(), headers.Origin.ToString(), headers["Sec-Fetch-Site"].ToString()) is { } why) return Refusal.Forbidden(why);
        return HeaderRules.Refuse(headers, _options);
    }

    private static string WithSlash(string prefix) => prefix.EndsWith('/') ? prefix : prefix + "/";

    [LoggerMessage(1, LogLevel.Error, "a request failed by an error of the ambassador itself")]
    private partial void LogBug(Exception exception);
}
