using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Probes;

/// <summary>Where an HTTP probe or hook goes, and with what headers.</summary>
internal sealed record HttpTarget(Uri Uri, IReadOnlyList<HTTPHeader> Headers)
{
    /// <param name="action">The probe's or hook's action.</param>
    /// <param name="container">The container, for the names of its ports.</param>
    /// <param name="podIp">The pod's address, when the action names no host.</param>
    /// <exception cref="FormatException">The port is neither a number nor the name of one of the container's ports.</exception>
    public static HttpTarget Of(HTTPGetAction action, Container container, string podIp)
    {
        var scheme = string.IsNullOrEmpty(action.Scheme) ? "http" : action.Scheme.ToLowerInvariant();
        var host = string.IsNullOrEmpty(action.Host) ? podIp : action.Host;
        var path = string.IsNullOrEmpty(action.Path) ? "/" : action.Path.StartsWith('/') ? action.Path : "/" + action.Path;
        return new(new Uri($"{scheme}://{DialMessages.Join(host, PortOf(action.Port, container))}{path}"), action.HttpHeaders ?? []);
    }

    public static int PortOf(IntOrString port, Container container)
    {
        if (!port.IsString) return port.IntValue;
        if (int.TryParse(port.StringValue, out var number)) return number;
        var named = container.Ports?.Find(p => p.Name == port.StringValue) ?? throw new FormatException($"couldn't find port: {port} in container {container.Name}");
        return named.ContainerPortValue;
    }

    public HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Uri);
        request.Headers.ConnectionClose = true;
        foreach (var header in Headers)
        {
            if (header.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)) request.Headers.Host = header.Value;
            else request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }
        if (!request.Headers.Contains("User-Agent")) request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.34");
        if (!request.Headers.Contains("Accept")) request.Headers.TryAddWithoutValidation("Accept", "*/*");
        return request;
    }
}
