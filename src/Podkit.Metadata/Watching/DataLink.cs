using System.Text;
using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Watching;

/// <summary>The link <c>..data</c> of a volume, which names the directory of its present files. Looking at it allocates nothing but a changed name.</summary>
internal sealed unsafe class DataLink(string directory)
{
    /// <summary>The link's name.</summary>
    public const string Name = "..data";

    private const int LongestTarget = 4096;

    private readonly byte[] _directory = Encoding.UTF8.GetBytes(directory + '\0');
    private readonly byte[] _link = Encoding.UTF8.GetBytes(directory + "/" + Name + '\0');

    /// <summary>Whether the volume's directory exists.</summary>
    public bool DirectoryExists
    {
        get
        {
            if (OperatingSystem.IsWindows()) return Directory.Exists(directory);
            fixed (byte* path = _directory) return Libc.Access(path, 0) == 0;
        }
    }

    /// <summary>When the link was made, which is when the volume was swapped; null when there is none.</summary>
    public DateTimeOffset? MadeAt => new DirectoryInfo(Path.Combine(directory, Name)) is { LinkTarget: not null } link ? link.LastWriteTimeUtc : null;

    /// <summary>What the link names; null when there is none.</summary>
    public string? Read() => Read(null);

    /// <summary>Whether the link still names what it did.</summary>
    public bool Is(string? target) => ReferenceEquals(Read(target), target);

    /// <summary>The same, as the given object when it is equal.</summary>
    private string? Read(string? expected)
    {
        if (OperatingSystem.IsWindows())
        {
            var target = new DirectoryInfo(Path.Combine(directory, Name)).LinkTarget;
            return target == expected ? expected : target;
        }

        var buffer = stackalloc byte[LongestTarget];
        nint length;
        fixed (byte* path = _link) length = Libc.ReadLink(path, buffer, LongestTarget);
        if (length < 0) return null;
        var bytes = new ReadOnlySpan<byte>(buffer, (int)length);
        return expected is not null && IsSame(expected, bytes) ? expected : Encoding.UTF8.GetString(bytes);
    }

    private static bool IsSame(string expected, ReadOnlySpan<byte> bytes)
    {
        var most = Encoding.UTF8.GetMaxByteCount(expected.Length);
        if (most > LongestTarget * 4) return false;
        Span<byte> utf8 = stackalloc byte[most];
        return utf8[..Encoding.UTF8.GetBytes(expected, utf8)].SequenceEqual(bytes);
    }
}
