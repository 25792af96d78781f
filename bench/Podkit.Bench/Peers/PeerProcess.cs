using System.Diagnostics;
using System.Globalization;

namespace Podkit.Bench.Peers;

/// <summary>A running peer, which prints a word and numbers a line, and goes on where it is told to.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly string name;
    private readonly Stopwatch clock;

    private PeerProcess(Process process, string name, Stopwatch clock)
    {
        this.process = process;
        this.name = name;
        this.clock = clock;
    }

    /// <summary>Milliseconds since it was started.</summary>
    public double Elapsed => clock.Elapsed.TotalMilliseconds;

    /// <summary>Starts a peer, inside of another program where <paramref name="wrapper"/> has one.</summary>
    public static PeerProcess Start(Peer peer, string mode, int runs, Dictionary<string, string> environment, params string[] wrapper)
    {
        string[] line = [.. wrapper, peer.Program, .. peer.Arguments, mode, runs.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Authorities that only this machine's user has: a pod has none.
        foreach (var mine in (string[])["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"]) start.Environment.Remove(mine);
        foreach (var (key, value) in peer.Environment.Concat(environment)) start.Environment[key] = value;
        var clock = Stopwatch.StartNew();
        return new PeerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} did not start"), peer.Name, clock);
    }

    /// <summary>The numbers of the next line, which begins with that word.</summary>
    public async Task<double[]> ReadAsync(string word, CancellationToken cancellationToken)
    {
        var line = await LineAsync(cancellationToken);
        var parts = line.Split(' ');
        return parts[0] == word ? [.. parts.Skip(1).Select(p => double.Parse(p, CultureInfo.InvariantCulture))] : throw new InvalidOperationException($"{name} printed \"{line}\" instead of {word}");
    }

    public async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        return line ?? throw new InvalidOperationException($"{name} ended");
    }

    public void Continue()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
    }

    /// <summary>What is resident now, and at most until now, in megabytes.</summary>
    public (double Now, double Peak) Resident()
    {
        var status = File.ReadAllLines($"/proc/{process.Id}/status");
        return (Of("VmRSS:"), Of("VmHWM:"));

        double Of(string field) =>
            double.Parse(status.First(l => l.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
