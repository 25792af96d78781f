using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Podkit.Metadata;

namespace Podkit.Bench;

/// <summary>Lines of Microsoft.Extensions.Logging with the scopes of a web request, in the JSON console's format.</summary>
internal sealed partial class ExtensionsLines : ILines, IDisposable
{
    private readonly Provider provider;
    private readonly ServiceProvider services;
    private readonly ILogger logger;
    private readonly List<IDisposable?> scopes;

    public ExtensionsLines(IPodMetadata pod, PodIn how, bool writeScopes)
    {
        provider = new Provider(writeScopes);
        var collection = new ServiceCollection();
        collection.AddSingleton(pod);
        collection.AddLogging(logging =>
        {
            if (how == PodIn.Encoded) logging.AddPodMetadata(o => o.Labels("env")).AddPodJsonConsole(Format);
            else logging.AddJsonConsole(Format);
            logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.SpanId | ActivityTrackingOptions.TraceId | ActivityTrackingOptions.ParentId);
            if (how == PodIn.Enrichment) logging.AddPodMetadata(o => o.Labels("env"));
        });
        collection.Remove(collection.Single(s => s.ImplementationType == typeof(ConsoleLoggerProvider)));
        collection.AddSingleton<ILoggerProvider>(provider);
        services = collection.BuildServiceProvider();
        var name = how == PodIn.Encoded ? PodConsoleExtensions.FormatterName : ConsoleFormatterNames.Json;
        provider.Formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == name);
        logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop.Orders.OrderService");
        scopes =
        [
            how == PodIn.ByHand ? logger.BeginScope(ByHand(pod)) : null,
            logger.BeginScope(new Dictionary<string, object> { ["ConnectionId"] = "0HN7S1M2K3L4P" }),
            logger.BeginScope(new Dictionary<string, object> { ["RequestPath"] = "/orders/4711", ["RequestId"] = "0HN7S1M2K3L4P:00000001" }),
        ];

        void Format(JsonConsoleFormatterOptions options) => (options.IncludeScopes, options.TimestampFormat) = (writeScopes, "O");
    }

    public int BytesWritten => provider.File.BytesWritten;

    public void Write(int number) => LogShipped(logger, number, "acme", 3, 129.95);

    public void Dispose()
    {
        foreach (var scope in scopes) scope?.Dispose();
        services.Dispose();
        provider.Dispose();
    }

    private static Dictionary<string, object> ByHand(IPodMetadata pod) => new()
    {
        ["k8s.pod.name"] = pod.Name,
        ["k8s.namespace.name"] = pod.Namespace,
        ["k8s.node.name"] = pod.NodeName,
        ["k8s.pod.label.env"] = pod.Labels["env"],
    };

    [LoggerMessage(1, LogLevel.Information, "order {Order} of {Customer} shipped with {Items} items for {Total} euros")]
    private static partial void LogShipped(ILogger logger, int order, string customer, int items, double total);

    /// <summary>Writes scopes, or goes through them alone.</summary>
    private sealed class Provider(bool writeScopes) : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private readonly StringWriter writer = new();
        private IExternalScopeProvider? scopes;
        private int seen;

        public LineFile File { get; } = new();

        public ConsoleFormatter Formatter { get; set; } = null!;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!writeScopes) scopes?.ForEachScope(static (_, me) => me.seen++, this);
            Formatter.Write(new LogEntry<TState>(logLevel, "Shop.Orders.OrderService", eventId, state, exception, formatter), scopes, writer);
            File.Write(writer.GetStringBuilder());
        }

        public void Dispose()
        {
            File.Dispose();
            writer.Dispose();
        }
    }
}
