using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Podkit.Ambassador.Forwarding;

/// <summary>Passes an answer's body on: read straight into the buffer that is sent, and sent as soon as it has been read.</summary>
internal static class ResponseBody
{
    private const int BlockSize = 16 * 1024;

    /// <param name="response">The answer.</param>
    /// <param name="exchange">Where it goes.</param>
    /// <param name="end">When set, the body ends at the next end of a line, and cleanly.</param>
    /// <param name="aborted">The client has gone.</param>
    public static async Task CopyAsync(HttpResponseMessage response, ProxyExchange exchange, CancellationToken end, CancellationToken aborted)
    {
        var body = exchange.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var remaining = response.Content.Headers.ContentLength;
        if (remaining == 0) return;

        // An answer of unknown length may wait long for its first byte: the client gets the head now.
        if (remaining is null) await body.Writer.FlushAsync(aborted).ConfigureAwait(false);
        using var either = end.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(end, aborted) : null;
        var stream = await response.Content.ReadAsStreamAsync(aborted).ConfigureAwait(false);
        var writer = body.Writer;
        var atLineEnd = true;
        while (remaining is not 0)
        {
            if (end.IsCancellationRequested && atLineEnd) return;
            var memory = writer.GetMemory(BlockSize);
            if (remaining < memory.Length) memory = memory[..(int)remaining.Value];
            int read;
            try
            {
                read = await stream.ReadAsync(memory, atLineEnd && either is not null ? either.Token : aborted).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !aborted.IsCancellationRequested)
            {
                return;
            }

            if (read == 0) break;
            atLineEnd = memory.Span[read - 1] == (byte)'\n';
            remaining -= read;
            writer.Advance(read);
            if (await FlushAsync(writer, aborted).ConfigureAwait(false)) return;
        }

        // Said to be longer than it was: the client must not take it for the whole.
        if (remaining > 0) exchange.Abort();
    }

    private static async ValueTask<bool> FlushAsync(PipeWriter writer, CancellationToken aborted) => (await writer.FlushAsync(aborted).ConfigureAwait(false)).IsCompleted;
}
