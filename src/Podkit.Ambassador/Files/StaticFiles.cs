using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Podkit.Ambassador.Forwarding;
using Podkit.Ambassador.Paths;

namespace Podkit.Ambassador.Files;

/// <summary>Serves the files of a folder, as kubectl proxy's --www does; folders by their index.html.</summary>
internal sealed class StaticFiles(string folder)
{
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly FileExtensionContentTypeProvider _types = new();

    public async Task ServeAsync(ProxyExchange exchange, RequestTarget target)
    {
        if (exchange.Request.Method is not ("GET" or "HEAD"))
        {
            await new Refusal(405, "MethodNotAllowed", "static files can only be read").WriteAsync(exchange.Features).ConfigureAwait(false);
            return;
        }

        if (Find(target.Path) is not { } file)
        {
            await new Refusal(404, "NotFound", "there is no such file").WriteAsync(exchange.Features).ConfigureAwait(false);
            return;
        }

        var headers = exchange.Response.Headers;
        headers.ContentType = _types.TryGetContentType(file.Name, out var type) ? type : "application/octet-stream";
        headers.LastModified = file.LastWriteTimeUtc.ToString("R", CultureInfo.InvariantCulture);
        headers.ContentLength = file.Length;
        headers.XContentTypeOptions = "nosniff";
        if (exchange.Request.Method == "HEAD") return;
        await exchange.Features.GetRequiredFeature<IHttpResponseBodyFeature>().SendFileAsync(file.FullName, 0, file.Length, exchange.Aborted).ConfigureAwait(false);
    }

    private FileInfo? Find(string path)
    {
        // The path is canonical: no segment leads upwards.
        var full = Path.GetFullPath(Path.Join(_root, path));
        if (full != _root && !full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return null;
        if (Directory.Exists(full)) full = Path.Combine(full, "index.html");
        var file = new FileInfo(full);
        return file.Exists ? file : null;
    }
}
