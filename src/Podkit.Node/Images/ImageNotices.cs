using System.Collections.Concurrent;

namespace Podkit.Node;

/// <summary>Says of each image once that it is not there.</summary>
/// <param name="notices">Where to say it.</param>
internal sealed class ImageNotices(INodeNotices notices)
{
    /// <summary>More images than a node will see; a peer that names new ones without end is answered with silence.</summary>
    private const int Most = 4096;

    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    /// <summary>Says that an image's command runs on this machine's file system.</summary>
    public void SayMissing(string image)
    {
        if (_said.Count < Most && _said.TryAdd(image, true)) notices.Say(Missing(image));
    }

    /// <summary>The sentence.</summary>
    public static string Missing(string image) => $"image {image} is not in the local store: running its command on this machine's file system";
}
