using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Podkit.Metadata.Logging;

namespace Podkit.Metadata.Tests.Logging;

public class PodLoggingTests
{
    private readonly StubMetadata pod = new();
    private readonly FormattingProvider lines = new();

    [Fact]
    public void Every_line_of_the_json_console_carries_the_pod_and_follows_its_label()
    {
        using var services = Services(l => l.AddJsonConsole(o => o.IncludeScopes = true).AddPodMetadata(o => o.Labels("env")), ConsoleFormatterNames.Json);
        var logger = services.GetRequiredService<ILogger<PodLoggingTests>>();
        Log(logger);
        using (logger.BeginScope(new Dictionary<string, object> { ["request"] = 7 })) Log(logger);
        pod.Current = StubMetadata.Pod("staging");
        Log(logger);

        Env(0).ShouldBe("production");
        Env(1).ShouldBe("production");
        Env(2).ShouldBe("staging");
        Scopes(0)[0].GetProperty("Message").GetString().ShouldBe("pod");
        Scopes(0)[0].GetProperty("k8s.pod.name").GetString().ShouldBe("web-1");
        Scopes(0)[0].GetProperty("k8s.namespace.name").GetString().ShouldBe("shop");
        Scopes(0)[0].GetProperty("k8s.node.name").GetString().ShouldBe("n1");
        Scopes(1)[1].GetProperty("request").GetInt32().ShouldBe(7);

        List<JsonElement> Scopes(int line) => [.. JsonDocument.Parse(lines.Lines[line]).RootElement.GetProperty("Scopes").EnumerateArray()];
        string? Env(int line) => Scopes(line)[0].GetProperty("k8s.pod.label.env").GetString();
    }

    [Fact]
    public void The_pods_own_json_console_begins_each_line_with_the_pod_and_follows_its_label()
    {
        using var services = Services(l => l.AddPodMetadata(o => o.Labels("env").Annotations("team")).AddPodJsonConsole(o => o.IncludeScopes = true), PodConsoleExtensions.FormatterName);
        var logger = services.GetRequiredService<ILogger<PodLoggingTests>>();
        using (logger.BeginScope(new Dictionary<string, object> { ["request"] = 7 })) Log(logger);
        pod.Current = StubMetadata.Pod("a \"b\"\n{é");
        Log(logger);

        lines.Lines[0].ShouldStartWith("""{"k8s.pod.name":"web-1","k8s.namespace.name":"shop","k8s.node.name":"n1","k8s.pod.label.env":"production","k8s.pod.annotation.team":"a b","EventId":1,""");
        var first = JsonDocument.Parse(lines.Lines[0]).RootElement;
        first.GetProperty("Scopes").EnumerateArray().Single().GetProperty("request").GetInt32().ShouldBe(7);
        first.GetProperty("Message").GetString().ShouldBe("hello");
        JsonDocument.Parse(lines.Lines[1]).RootElement.GetProperty("k8s.pod.label.env").GetString().ShouldBe("a \"b\"\n{é");
        lines.Lines[1].ShouldEndWith("}" + Environment.NewLine);
    }

    [Fact]
    public void The_pods_own_json_console_needs_no_scopes_and_no_choice()
    {
        using var services = Services(l => l.AddPodJsonConsole(), PodConsoleExtensions.FormatterName);
        Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        var line = JsonDocument.Parse(lines.Lines[0]).RootElement;
        line.GetProperty("k8s.pod.name").GetString().ShouldBe("web-1");
        line.TryGetProperty("Scopes", out _).ShouldBeFalse();
        services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName.ShouldBe("pod-json");
    }

    [Fact]
    public void Without_attributes_the_pods_own_json_console_writes_what_the_json_console_writes()
    {
        using var services = Services(l => l.AddPodMetadata(o => o.Fields()).AddPodJsonConsole(), PodConsoleExtensions.FormatterName);
        Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        lines.Lines[0].ShouldStartWith("""{"EventId":1,""");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("long")]
    public void A_line_whose_formatting_logs_is_whole_and_comes_after_what_it_logs(string team)
    {
        pod.Current = StubMetadata.Pod(team == "long" ? new string('x', 2000) : team);
        var output = new StringWriter();
        using var services = Services(l => l.AddPodMetadata(o => o.Labels("env")).AddPodJsonConsole(), PodConsoleExtensions.FormatterName);
        var logger = new SharedWriterLogger(services.GetServices<ConsoleFormatter>().Single(f => f.Name == PodConsoleExtensions.FormatterName), output);
        var value = new Talkative(logger);
        logger.Log(LogLevel.Information, 1, value, null, (v, _) => $"value is {v}");
        var written = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        written.Select(l => l.GetProperty("Message").GetString()).Distinct().ShouldBe(["I am asked", "value is 3"]);
        foreach (var line in written) line.GetProperty("k8s.pod.label.env").GetString().ShouldBe(pod.Current.Labels["env"]);
    }

    [Fact]
    public void A_scope_provider_that_comes_later_takes_nothing_from_the_pods_own_json_console()
    {
        using var services = Services(l =>
        {
            l.AddPodJsonConsole(o => o.IncludeScopes = true);
            l.Services.AddSingleton<IExternalScopeProvider>(new LoggerExternalScopeProvider());
        }, PodConsoleExtensions.FormatterName);
        Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        lines.Lines[0].ShouldStartWith("""{"k8s.pod.name":"web-1",""");
    }

    [Theory]
    [InlineData("{\"a\":1}", "{\"m\":2,\"a\":1}")]
    [InlineData("{}", "{}")]
    [InlineData("{", "{")]
    [InlineData("text", "text")]
    [InlineData("", "")]
    public void Members_are_inserted_into_objects_alone_however_they_are_written(string text, string expected)
    {
        var output = new StringWriter();
        using (var writer = InsertingWriter.Begin(output, "\"m\":2")) writer.Write(text);
        output.ToString().ShouldBe(expected);
        output.GetStringBuilder().Clear();
        using (var writer = InsertingWriter.Begin(output, "\"m\":2"))
            foreach (var c in text) writer.Write(c);
        output.ToString().ShouldBe(expected);
        output.GetStringBuilder().Clear();
        using (var writer = InsertingWriter.Begin(output, "\"m\":2")) writer.Write(text.ToCharArray(), 0, text.Length);
        output.ToString().ShouldBe(expected);
    }

    [Fact]
    public void A_line_that_is_not_written_leaves_nothing_of_the_pod()
    {
        using var services = Services(l => l.AddPodJsonConsole(), PodConsoleExtensions.FormatterName);
        var logger = services.GetRequiredService<ILogger<PodLoggingTests>>();
        logger.Log<string>(LogLevel.Information, 1, "state", null, (_, _) => null!);
        Should.Throw<AggregateException>(() => logger.Log<string>(LogLevel.Information, 1, "state", null, (_, _) => throw new InvalidOperationException("cannot")));
        Log(logger);
        lines.Lines[0].ShouldBeEmpty();
        JsonDocument.Parse(lines.Lines[^1]).RootElement.GetProperty("Message").GetString().ShouldBe("hello");
    }

    [Fact]
    public void The_simple_console_shows_it_as_a_scope()
    {
        using var services = Services(l => l.AddSimpleConsole(o => (o.IncludeScopes, o.SingleLine) = (true, true)).AddPodMetadata(o => o.Fields(PodFields.Name).Labels("env")), ConsoleFormatterNames.Simple);
        Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        lines.Lines[0].ShouldContain("=> k8s.pod.name:web-1 k8s.pod.label.env:production ");
    }

    [Fact]
    public void Trace_and_span_are_kept()
    {
        using var services = Services(l => l.AddJsonConsole(o => o.IncludeScopes = true).Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId).AddPodMetadata(), ConsoleFormatterNames.Json);
        using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        lines.Lines[0].ShouldContain($"\"TraceId\":\"{activity.TraceId}\"");
        lines.Lines[0].ShouldContain("\"k8s.pod.name\":\"web-1\"");
    }

    [Fact]
    public void A_scope_provider_that_the_app_has_is_kept()
    {
        var own = new LoggerExternalScopeProvider();
        using var services = Services(l => l.AddJsonConsole(o => o.IncludeScopes = true).AddPodMetadata(), ConsoleFormatterNames.Json, own);
        using (own.Push("mine")) Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        lines.Lines[0].ShouldContain("\"mine\"");
        lines.Lines[0].ShouldContain("\"k8s.pod.name\":\"web-1\"");
    }

    [Fact]
    public void A_provider_that_is_added_later_has_it_too()
    {
        using var services = Services(l => l.AddJsonConsole(o => o.IncludeScopes = true).AddPodMetadata(), ConsoleFormatterNames.Json);
        var late = new FormattingProvider { Formatter = lines.Formatter };
        var factory = services.GetRequiredService<ILoggerFactory>();
        factory.AddProvider(late);
        Log(factory.CreateLogger("late"));
        late.Lines[0].ShouldContain("\"k8s.pod.name\":\"web-1\"");
    }

    [Fact]
    public void Calls_add_up_and_the_pod_is_told_once()
    {
        using var services = Services(l => l.AddJsonConsole(o => o.IncludeScopes = true).AddPodMetadata(o => o.Labels("env")).AddPodMetadata(o => o.Annotations("team")), ConsoleFormatterNames.Json);
        Log(services.GetRequiredService<ILogger<PodLoggingTests>>());
        lines.Lines[0].Split("k8s.pod.name\"").Length.ShouldBe(2);
        lines.Lines[0].ShouldContain("\"k8s.pod.label.env\":\"production\",\"k8s.pod.annotation.team\":\"a b\"");
    }

    [Fact]
    public void Without_the_metadata_the_message_says_what_to_call()
    {
        using var services = new ServiceCollection().AddLogging(l => l.AddPodMetadata()).BuildServiceProvider();
        Should.Throw<InvalidOperationException>(() => services.GetRequiredService<ILoggerFactory>()).Message.ShouldContain("call builder.AddPodMetadata()");
    }

    [Theory]
    [InlineData(ConsoleFormatterNames.Json)]
    [InlineData(PodConsoleExtensions.FormatterName)]
    public void A_line_allocates_nothing_more_than_without(string formatter) => Bytes(formatter).ShouldBe(Bytes(null));

    private long Bytes(string? formatter)
    {
        var provider = new FormattingProvider { Keep = false };
        var collection = new ServiceCollection().AddSingleton<IPodMetadata>(pod).AddLogging(l =>
        {
            l.ClearProviders();
            l.AddJsonConsole(o => o.IncludeScopes = true);
            if (formatter is not null) l.AddPodMetadata(o => o.Labels("env"));
            if (formatter == PodConsoleExtensions.FormatterName) l.AddPodJsonConsole(o => o.IncludeScopes = true);
        });
        collection.AddSingleton<ILoggerProvider>(provider);
        using var services = collection.BuildServiceProvider();
        provider.Formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == (formatter ?? ConsoleFormatterNames.Json));
        var logger = new ScopedLogger(provider, services.GetService<IExternalScopeProvider>() ?? new LoggerExternalScopeProvider());
        for (var i = 0; i < 100; i++) logger.Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) logger.Write();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
    }

    private ServiceProvider Services(Action<ILoggingBuilder> configure, string formatter, IExternalScopeProvider? own = null)
    {
        var collection = new ServiceCollection().AddSingleton<IPodMetadata>(pod);
        if (own is not null) collection.AddSingleton(own);
        collection.AddLogging(configure);
        // The console's formatters, written to memory instead of the console.
        collection.Remove(collection.Single(s => s.ImplementationType == typeof(ConsoleLoggerProvider)));
        collection.AddSingleton<ILoggerProvider>(lines);
        var services = collection.BuildServiceProvider();
        lines.Formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == formatter);
        return services;
    }

    private static void Log(ILogger logger, string message = "hello") => logger.Log(LogLevel.Information, 1, message, null, (s, _) => s);

    /// <summary>Logs when it is formatted.</summary>
    private sealed class Talkative(ILogger logger)
    {
        public override string ToString()
        {
            Log(logger, "I am asked");
            return "3";
        }
    }

    /// <summary>Formats all lines of a thread with one writer, and empties it after each, as the console does.</summary>
    private sealed class SharedWriterLogger(ConsoleFormatter formatter, StringWriter output) : ILogger
    {
        private readonly StringWriter writer = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            formatter.Write(new LogEntry<TState>(logLevel, "category", eventId, state, exception, format), null, writer);
            output.Write(writer.ToString());
            writer.GetStringBuilder().Clear();
        }
    }

    private sealed class ScopedLogger(FormattingProvider provider, IExternalScopeProvider scopes)
    {
        public void Write() => provider.Write(new LogEntry<string>(LogLevel.Information, "category", 1, "hello", null, (s, _) => s), scopes);
    }

    private sealed class FormattingProvider : ILoggerProvider, ISupportExternalScope
    {
        private readonly StringWriter writer = new();
        private IExternalScopeProvider? scopes;

        public bool Keep { get; init; } = true;

        public ConsoleFormatter Formatter { get; set; } = null!;

        public List<string> Lines { get; } = [];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose() => writer.Dispose();

        public void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? provider)
        {
            Formatter.Write(entry, provider, writer);
            if (Keep) Lines.Add(writer.ToString());
            writer.GetStringBuilder().Clear();
        }

        private sealed class Logger(FormattingProvider owner, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner.scopes?.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                owner.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), owner.scopes);
        }
    }
}
