using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Tests;

/// <summary>A node whose inotify is exhausted.</summary>
internal sealed class NoInotify : IDirectoryEvents
{
    public const string Reason = "inotify is exhausted: raise fs.inotify.max_user_instances on the node";

    public IDisposable? TryWatch(string directory, IDirectoryListener listener, out string problem)
    {
        problem = Reason;
        return null;
    }
}
