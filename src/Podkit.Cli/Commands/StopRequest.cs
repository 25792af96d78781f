using System.Runtime.InteropServices;
using Podkit.Cli.Output;

namespace Podkit.Cli.Commands;

/// <summary>Ctrl-C and its kin: the first asks for a clean stop, the second for one at once.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource now = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Action first;

    public StopRequest(Action first)
    {
        this.first = first;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]) registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Now => now.Token;

    /// <summary>Runs a command; that it was stopped before it was through is no failure.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
    }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        stop.Dispose();
        now.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (stop.IsCancellationRequested)
        {
            now.Cancel();
            return;
        }

        first();
        stop.Cancel();
    }
}
