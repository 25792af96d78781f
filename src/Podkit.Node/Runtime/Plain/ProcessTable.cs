using System.Globalization;
using System.Text;

namespace Podkit.Node.Runtime.Plain;

/// <summary>Finds the processes of a container that is nothing but processes: by their session and by a mark in their environment.</summary>
internal static class ProcessTable
{
    private const int ParentField = 1;
    private const int SessionField = 3;

    /// <summary>All processes with what is known of them.</summary>
    public static IEnumerable<(int Id, int Parent, int Session)> All()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id)) continue;
            if (Read(directory + "/stat") is not { Length: > 0 } bytes) continue;
            var text = Encoding.UTF8.GetString(bytes);

            // The name stands in parentheses and may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] == "Z") continue;
            yield return (id, int.Parse(fields[ParentField], CultureInfo.InvariantCulture), int.Parse(fields[SessionField], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Whether a process was started with this line in its environment.</summary>
    public static bool HasMark(int id, string mark)
    {
        var environment = Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/environ"));
        var searched = Encoding.UTF8.GetBytes(mark + "\0");
        var at = environment.AsSpan().IndexOf(searched);
        return at == 0 || (at > 0 && environment[at - 1] == 0);
    }

    /// <summary>The processes of one container.</summary>
    /// <param name="session">The session that its main process leads.</param>
    /// <param name="mark">The line that only its processes have in their environment.</param>
    public static List<int> Of(int session, string mark)
    {
        var all = All().ToList();
        var found = all.Where(process => process.Session == session || HasMark(process.Id, mark)).Select(process => process.Id).ToHashSet();
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            foreach (var process in all.Where(process => found.Contains(process.Parent))) found.Add(process.Id);
        }

        return [.. found];
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
