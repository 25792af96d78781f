using System.Text;

namespace Podkit.Bench;

/// <summary>A file that is appended to, a write a line as with a container's standard output, and begun anew before it becomes big.</summary>
internal sealed class LineFile : IDisposable
{
    private const long Biggest = 64 * 1024 * 1024;

    private readonly string path = Path.GetTempFileName();
    private readonly FileStream file;
    private readonly byte[] bytes = new byte[64 * 1024];

    public LineFile() => file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public int BytesWritten { get; private set; }

    public void Write(StringBuilder line)
    {
        var length = 0;
        foreach (var chunk in line.GetChunks()) length += Encoding.UTF8.GetBytes(chunk.Span, bytes.AsSpan(length));
        line.Clear();
        file.Write(bytes, 0, length);
        BytesWritten = length;
        if (file.Position > Biggest) file.SetLength(0);
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }
}
