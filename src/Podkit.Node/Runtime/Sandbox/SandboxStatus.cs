using System.Text;
using System.Text.Json;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>Reads what bubblewrap says about a sandbox: the id of its first process, and later the exit code of its command.</summary>
internal sealed class SandboxStatus : IDisposable
{
    private readonly StreamReader _reader;
    private readonly Lock _gate = new();
    private Task<int?>? _child;
    private Task<int?>? _exit;

    /// <summary>Reads from the other end of bubblewrap's status file.</summary>
    public SandboxStatus(Stream stream) => _reader = new StreamReader(stream, Encoding.UTF8);

    /// <summary>The process that is 1 in the sandbox, as this machine numbers it; null when bubblewrap ended before there was one.</summary>
    public Task<int?> ReadChildAsync(CancellationToken cancellationToken)
    {
        lock (_gate) _child ??= ReadAsync("child-pid");
        return _child.WaitAsync(cancellationToken);
    }

    /// <summary>Whether the command could be executed: only then does bubblewrap tell its exit code.</summary>
    public async Task<bool> ReadExecutedAsync()
    {
        if (await ReadChildAsync(CancellationToken.None).ConfigureAwait(false) is null) return false;
        lock (_gate) _exit ??= ReadAsync("exit-code");
        return await _exit.ConfigureAwait(false) is not null;
    }

    private async Task<int?> ReadAsync(string name)
    {
        while (await _reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0) continue;
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty(name, out var value)) return value.GetInt32();
        }

        return null;
    }

    public void Dispose() => _reader.Dispose();
}
