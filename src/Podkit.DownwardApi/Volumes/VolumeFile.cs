namespace Podkit.DownwardApi;

/// <summary>A file that a volume shows.</summary>
public sealed class VolumeFile
{
    internal VolumeFile(string path, ReadOnlyMemory<byte> content, int mode, long? user)
    {
        Path = path;
        Content = content;
        Mode = mode;
        User = user;
    }

    /// <summary>Its path below the volume's root, clean: <c>a/b</c>, never <c>./a//b</c>.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Its permission bits, before <see cref="VolumeOwnership"/> applies the pod's fsGroup.</summary>
    public int Mode { get; }

    /// <summary>The user who owns it; null: whoever writes it. Only a token has one.</summary>
    public long? User { get; }
}
