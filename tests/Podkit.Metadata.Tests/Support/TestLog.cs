using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Tests;

/// <summary>Keeps the lines that are logged.</summary>
internal sealed class TestLog : ILogger, ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : " " + exception)}");

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Podkit", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Dispose()
    {
    }
}
