namespace Podkit.Client.Watching;

/// <summary>What a reflector knows about itself, for others to read while it runs.</summary>
internal sealed class ReflectorStatus
{
    private long _lastContact;
    private volatile bool _connected;
    private volatile string? _version;
    private volatile Exception? _lastError;

    /// <summary>When the server was last heard of: a list, a watch that was opened, an event, a bookmark.</summary>
    public DateTimeOffset? LastContact => Volatile.Read(ref _lastContact) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public bool Connected => _connected;

    public string? Version => _version;

    public Exception? LastError => _lastError;

    public void Heard(DateTimeOffset now) => Volatile.Write(ref _lastContact, now.UtcTicks);

    public void Opened() => (_connected, _lastError) = (true, null);

    public void Closed() => _connected = false;

    public void Failed(Exception error) => _lastError = error;

    public void Reached(string? version) => _version = version;
}
