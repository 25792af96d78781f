using System.Buffers;
using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Requests;

/// <summary>Reads bodies up to a limit.</summary>
internal static class BodyReader
{
    public static async ValueTask<byte[]> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) throw ApiException.TooLarge(limit);
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (read.Buffer.Length > limit) throw ApiException.TooLarge(limit);
                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return body;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ApiException.TooLarge(limit);
        }
    }
}
