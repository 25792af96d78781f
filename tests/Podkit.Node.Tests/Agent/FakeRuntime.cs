using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;

namespace Podkit.Node.Tests.Agent;

/// <summary>A runtime whose processes do what the test says.</summary>
internal sealed class FakeRuntime(TimeProvider time, Action nudge) : IContainerRuntime
{
    private readonly ConcurrentQueue<FakeProcess> started = new();

    public string Name => "fake";

    /// <summary>Everything that happened, in order: <c>start c</c>, <c>signal 15 c</c>, <c>exec true c</c>, <c>kill c</c>, <c>end c</c>.</summary>
    public ConcurrentQueue<string> History { get; } = new();

    /// <summary>Thrown by the next start of a container.</summary>
    public ConcurrentDictionary<string, Exception> Failures { get; } = new();

    /// <summary>The exit code of a command, by its first word; 0 without an entry.</summary>
    public ConcurrentDictionary<string, int> Commands { get; } = new();

    /// <summary>Containers that do not end on SIGTERM.</summary>
    public ConcurrentDictionary<string, bool> Stubborn { get; } = new();

    public IReadOnlyCollection<FakeProcess> Started => started;

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IContainerProcess> StartAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        if (Failures.TryRemove(spec.ContainerName, out var failure)) throw failure;
        var process = new FakeProcess(this, spec, time);
        started.Enqueue(process);
        Add($"start {spec.ContainerName}");
        return Task.FromResult<IContainerProcess>(process);
    }

    /// <summary>The last process of a container.</summary>
    public FakeProcess Last(string container) => started.Last(p => p.Spec.ContainerName == container);

    public int Count(string container) => started.Count(p => p.Spec.ContainerName == container);

    public void Add(string what)
    {
        History.Enqueue(what);
        nudge();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A process of <see cref="FakeRuntime"/>.</summary>
internal sealed class FakeProcess : IContainerProcess
{
    private readonly FakeRuntime runtime;
    private readonly TimeProvider time;
    private readonly Pipe output = new();
    private readonly Pipe errors = new();
    private readonly TaskCompletionSource<ProcessExit> exit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeProcess(FakeRuntime runtime, ContainerSpec spec, TimeProvider time)
    {
        (this.runtime, Spec, this.time, StartedAt) = (runtime, spec, time, time.GetUtcNow());
        (StandardOutput, StandardError) = (output.Reader.AsStream(), errors.Reader.AsStream());
    }

    public ContainerSpec Spec { get; }

    public int Pid => 1;

    public DateTimeOffset StartedAt { get; }

    public Stream StandardOutput { get; }

    public Stream StandardError { get; }

    public Task<ProcessExit> Completion => exit.Task;

    public bool IsDisposed { get; private set; }

    public IReadOnlyDictionary<string, string> Environment => Spec.Environment.ToDictionary(v => v.Key, v => v.Value);

    public async Task WriteAsync(string text, bool isError = false) => await (isError ? errors : output).Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>The process ends by itself.</summary>
    public void End(int exitCode, string? reason = null)
    {
        if (!exit.TrySetResult(new(exitCode, reason ?? (exitCode == 0 ? "Completed" : "Error"), null, time.GetUtcNow()))) return;
        output.Writer.Complete();
        errors.Writer.Complete();
        runtime.Add($"end {Spec.ContainerName}");
    }

    public Task SignalAsync(int signal)
    {
        runtime.Add($"signal {signal} {Spec.ContainerName}");
        if (!runtime.Stubborn.ContainsKey(Spec.ContainerName)) End(128 + signal);
        return Task.CompletedTask;
    }

    public Task KillAsync()
    {
        if (exit.Task.IsCompleted) return Task.CompletedTask;
        runtime.Add($"kill {Spec.ContainerName}");
        End(137);
        return Task.CompletedTask;
    }

    public async Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellationToken)
    {
        runtime.Add($"exec {string.Join(' ', exec.Command)} {Spec.ContainerName}");
        if (exec.Command[0] == "hang") await Task.Delay(Timeout.Infinite, cancellationToken);
        if (exec.StandardOutput is { } stream) await stream.WriteAsync("said"u8.ToArray(), cancellationToken);
        return runtime.Commands.GetValueOrDefault(exec.Command[0]);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return new ValueTask(KillAsync());
    }
}
