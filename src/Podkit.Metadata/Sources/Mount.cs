using System.Text;

namespace Podkit.Metadata.Sources;

/// <summary>A mount, as <c>/proc/self/mountinfo</c> tells of it.</summary>
/// <param name="Root">What of its file system is mounted; for a kubelet's volumes that stand on the node's disk: their path there.</param>
/// <param name="Point">Where.</param>
internal readonly record struct Mount(string Root, string Point)
{
    private const int MostMounts = 10_000;

    /// <summary>
    /// Whether it is a piece of an atomic volume, as subPath mounts it: the root lies within a directory of one version, and stays there.
    /// </summary>
    public bool IsPieceOfVersion
    {
        get
        {
            foreach (var range in Root.AsSpan().Split('/'))
            {
                var name = Root.AsSpan(range);
                if (name.Length > 4 && name.StartsWith("..", StringComparison.Ordinal) && char.IsAsciiDigit(name[2])) return true;
            }

            return Root.Contains("/volume-subpaths/", StringComparison.Ordinal);
        }
    }

    /// <summary>All mounts; none where there is no such file.</summary>
    public static List<Mount> ReadAll(string file)
    {
        var mounts = new List<Mount>();
        try
        {
            if (!File.Exists(file)) return mounts;
            foreach (var line in File.ReadLines(file))
            {
                // 36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw
                var fields = line.Split(' ', 6);
                if (fields.Length == 6 && mounts.Count < MostMounts) mounts.Add(new Mount(Unescape(fields[3]), Unescape(fields[4])));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return mounts;
        }

        return mounts;
    }

    /// <summary>Spaces and the like are octal: <c>\040</c>.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var bytes = new List<byte>(field.Length);
        var text = Encoding.UTF8.GetBytes(field);
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = text[i] == '\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]);
            bytes.Add(isEscape ? (byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')) : text[i]);
            if (isEscape) i += 3;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';
}
