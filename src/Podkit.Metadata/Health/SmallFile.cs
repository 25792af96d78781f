namespace Podkit.Metadata.Health;

/// <summary>Reads files that must not be big, whatever they are.</summary>
internal static class SmallFile
{
    public static async Task<byte[]> ReadAsync(string file, int limit, CancellationToken cancellationToken)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[limit + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length <= limit ? buffer[..length] : throw new IOException($"it is longer than {limit} bytes");
        }
    }
}
