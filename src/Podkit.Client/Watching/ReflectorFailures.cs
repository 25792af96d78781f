using System.Security.Cryptography;
using System.Text.Json;
using Podkit.Client.Errors;
using Podkit.Client.Http;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>What a reflector does about failures: which end it, how long it waits, when it lists again.</summary>
internal sealed class ReflectorFailures(TimeProvider time, ResourceScope scope, WatchOptions options)
{
    /// <summary>A watch that ends before this without having said anything was no watch.</summary>
    private static readonly TimeSpan VeryShort = TimeSpan.FromSeconds(1);

    /// <summary>So many short watches that did say something are taken as they come: a server that restarts ends them all.</summary>
    private const int ShortWatches = 3;

    /// <summary>So often a first list may be denied, by a server that is just coming up or a role that is just being bound.</summary>
    private const int Denials = 3;

    /// <summary>A server that asks for more patience than this is asked again all the same.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    private readonly Backoff _backoff = new(time, null, options.FirstBackoff, options.LongestBackoff);
    private bool _everListed;
    private bool _relistedInVain;
    private int _refusals;
    private int _short;
    private int _denials;

    public ReflectorStatus Status { get; } = new();

    /// <summary>Whether the next list must not stream, because a line of it was too long or it did not end.</summary>
    public bool ListOnce { get; private set; }

    public void Listed() => (_everListed, ListOnce) = (true, false);

    /// <summary>The next list must not stream.</summary>
    public void ListNext() => ListOnce = true;

    /// <summary>An event or a bookmark has come.</summary>
    public void Progressed() => (_relistedInVain, _refusals) = (false, 0);

    public bool IsTooShort(TimeSpan age, long frames, out bool manyEmpty)
    {
        manyEmpty = false;
        if (age >= VeryShort)
        {
            _short = 0;
            return false;
        }

        if (frames > 0) return ++_short > ShortWatches;
        manyEmpty = ++_refusals > 1;
        return true;
    }

    /// <summary>Whether a version that is refused, or whose next line cannot be read, again and again is to be left: a throttled watch goes on where it was.</summary>
    public bool GiveUpVersion(Exception exception)
    {
        if (exception is InvalidDataException)
        {
            ListOnce = true;
            return true;
        }

        if (exception is KubernetesException { IsTooManyRequests: true } || ++_refusals <= 2) return false;
        _refusals = 0;
        ListOnce |= IsUnreadable(exception) is not null;
        return true;
    }

    /// <summary>Lists again at once, but only once: a server that refuses what it has just listed must not be hammered.</summary>
    public Task RelistAsync(KubernetesException refusal, CancellationToken cancellationToken)
    {
        var again = _relistedInVain;
        _relistedInVain = true;
        if (again) return WaitAsync(refusal, cancellationToken);
        Tell(refusal);
        return Task.CompletedTask;
    }

    public async Task WaitAsync(Exception exception, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Status.Failed(exception);
        var final = IsFinal(exception);
        if (final && !options.NeverGivesUp) throw exception;
        var wait = final ? _backoff.Ceiling : _backoff.Next();
        if (exception is KubernetesException { RetryAfter: { } asked } && asked > wait) wait = asked < LongestAsked ? asked : LongestAsked;
        options.OnError?.Invoke(exception, wait);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A failure after which the next attempt comes at once.</summary>
    public void Tell(Exception exception)
    {
        Status.Failed(exception);
        options.OnError?.Invoke(exception, TimeSpan.Zero);
    }

    /// <summary>What to report of a line or an object that cannot be read; null when it is another failure.</summary>
    public KubernetesConnectionException? IsUnreadable(Exception exception) => exception switch
    {
        JsonException json => Problem(KubernetesConnectionError.Protocol, $"a line of the watch is {SafeJsonError.Describe(json)}"),
        InvalidDataException => Problem(KubernetesConnectionError.Protocol, exception.Message),

        // What it says may quote the object.
        UnreadableObjectException { InnerException: { } cause } => ApiCall.IsSensitive(scope.Kind)
            ? Problem(KubernetesConnectionError.Protocol, Unreadable(cause))
            : new KubernetesConnectionException(KubernetesConnectionError.Protocol, $"GET {scope.CollectionPath}: {Unreadable(cause)}", cause),
        _ => null,
    };

    public KubernetesConnectionException Problem(KubernetesConnectionError error, string problem) => new(error, $"GET {scope.CollectionPath}: {problem}");

    /// <summary>Whether a failure may pass: the server's, the network's, and the credentials', whose files and plugins fail now and then.</summary>
    public static bool IsExpected(Exception exception, CancellationToken cancellationToken) =>
        exception is KubernetesException or KubernetesConnectionException or KubernetesConfigurationException or HttpRequestException or IOException
            or UnauthorizedAccessException or CryptographicException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private string Unreadable(Exception cause) => $"an object cannot be read as a {scope.Kind.Kind}: its type threw a {cause.GetType()}";

    // A request that makes no sense, a configuration that cannot be used, and a server that is not the one, are the caller's to put right, and so is a right or a resource that is
    // missing and stays so; after a list has come they are a passing trouble of the server's.
    private bool IsFinal(Exception exception) => !_everListed && exception switch
    {
        KubernetesException { Code: 400 or 405 or 406 or 422 } or KubernetesConfigurationException or KubernetesConnectionException { Error: KubernetesConnectionError.Untrusted } => true,
        KubernetesException { Code: 401 or 403 or 404 } => ++_denials >= Denials,
        _ => false,
    };
}
