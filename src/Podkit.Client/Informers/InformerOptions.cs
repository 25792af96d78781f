namespace Podkit.Client;

/// <summary>What an informer keeps of the objects, and how it follows them.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class InformerOptions<T>
    where T : class
{
    internal List<(string Name, Func<T, IEnumerable<string?>> Of)> Indexes { get; } = [];

    /// <summary>
    /// Whether <c>metadata.managedFields</c>, often a third of an object, is left out of what is kept: it is skipped while reading. An object without it can
    /// be sent back in an update or a patch; only who owns which field cannot be seen. Default: true.
    /// </summary>
    public bool DropManagedFields { get; set; } = true;

    /// <summary>
    /// Changes an object before it is kept, for example to drop what nobody reads; may return another object of the same name. Called once for each object
    /// that comes, on one thread at a time; an object for which it throws is kept as it came. Default: none.
    /// </summary>
    public Func<T, T>? Transform { get; set; }

    /// <summary>
    /// How often every object is told to every handler again as an update without a difference. Zero: never. Level-triggered code that retries does not need
    /// it. Default: zero.
    /// </summary>
    public TimeSpan ResyncPeriod { get; set; }

    /// <summary>How the objects are listed and watched. <see cref="WatchOptions.OnError"/> is told of each failure besides the log.</summary>
    public WatchOptions Watch { get; set; } = new();

    /// <summary>
    /// After how long without word from the server the informer calls itself stale. Default: the watch's <see cref="WatchOptions.MaximumTimeout"/> and a
    /// minute, after which a quiet watch has ended and the next has been opened.
    /// </summary>
    public TimeSpan? StaleAfter { get; set; }

    /// <summary>Adds an index: objects by a value, such as the pods of a node.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="of">The value of an object; null when it has none.</param>
    public InformerOptions<T> AddIndex(string name, Func<T, string?> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        return AddIndex(name, item => [of(item)]);
    }

    /// <summary>Adds an index that files an object under several values.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="of">The values of an object.</param>
    public InformerOptions<T> AddIndex(string name, Func<T, IEnumerable<string?>> of)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(of);
        if (Indexes.Exists(i => i.Name == name)) throw new ArgumentException($"there is already an index \"{name}\"", nameof(name));
        Indexes.Add((name, of));
        return this;
    }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Watch);
        Watch.Validated();
        if (ResyncPeriod < TimeSpan.Zero) throw new KubernetesConfigurationException("InformerOptions.ResyncPeriod must not be negative");
        if (StaleAfter <= TimeSpan.Zero) throw new KubernetesConfigurationException("InformerOptions.StaleAfter must be positive");
    }
}
