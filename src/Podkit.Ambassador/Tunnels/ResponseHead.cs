using System.Globalization;
using System.Text;

namespace Podkit.Ambassador.Tunnels;

/// <summary>The head of an HTTP/1.1 answer, read byte-exactly from a connection, with what has come after it.</summary>
internal sealed class ResponseHead
{
    private const int MaximumBytes = 64 * 1024;

    private ResponseHead(int code, string reason, List<(string Name, string Value)> headers, ReadOnlyMemory<byte> rest) => (Code, Reason, Headers, Rest) = (code, reason, headers, rest);

    public int Code { get; }

    public string Reason { get; }

    public List<(string Name, string Value)> Headers { get; }

    /// <summary>Bytes that came with the head and belong to what follows.</summary>
    public ReadOnlyMemory<byte> Rest { get; }

    public string? this[string name] => Headers.Find(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public static async Task<ResponseHead> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[8 * 1024];
        var count = 0;
        while (true)
        {
            var end = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Parse(buffer.AsSpan(0, end), buffer.AsMemory(end + 4, count - end - 4));
                if (head.Code is 101 or >= 200) return head;

                // 100 Continue and its kind come before the answer.
                buffer.AsSpan(end + 4, count - end - 4).CopyTo(buffer);
                count -= end + 4;
                continue;
            }

            if (count == buffer.Length)
            {
                if (count >= MaximumBytes) throw new IOException("the head of the answer is larger than 64 KiB");
                Array.Resize(ref buffer, count * 2);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            if (read == 0) throw new IOException("the API server closed the connection before it answered");
            count += read;
        }
    }

    private static ResponseHead Parse(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> rest)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        var status = lines[0].Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || status[1].Length != 3
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code < 100)
        {
            throw new IOException("the answer is not HTTP/1.1");
        }

        var headers = new List<(string, string)>(lines.Length - 1);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line[0] is ' ' or '\t' || line[colon - 1] is ' ' or '\t' || line.AsSpan().ContainsAny('\r', '\n', '\0')) throw new IOException("a header of the answer is malformed");
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }

        return new ResponseHead(code, status.Length > 2 ? status[2] : "", headers, rest);
    }
}
