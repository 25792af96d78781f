using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>What is listed and watched.</summary>
internal sealed record WatchSource<T>(ResourceScope Scope, ObjectCodec<T> Codec)
    where T : class;
