using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Podkit.EndToEnd.Tests.Harness;

/// <summary>A real program with its output line by line. Waiting is for what it prints, never for time.</summary>
internal sealed partial class Program : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int open = 2;

    private Program(Process process) => this.process = process;

    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Everything printed so far, standard output and error in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (lines) return string.Join('\n', lines);
        }
    }

    public static Program Start(string file, IEnumerable<string> arguments, string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var program = new Program(process);
        process.OutputDataReceived += (_, e) => program.Take(e.Data);
        process.ErrorDataReceived += (_, e) => program.Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        return program;
    }

    /// <summary>How many lines there are: a place to wait from.</summary>
    public int Mark()
    {
        lock (lines) return lines.Count;
    }

    /// <summary>Waits for a line that fits and gives it.</summary>
    public async Task<string> WaitForAsync(Func<string, bool> fits, int from = 0)
    {
        using var deadline = new CancellationTokenSource(Patience);
        for (var next = from; ;)
        {
            Task more;
            lock (lines)
            {
                for (; next < lines.Count; next++)
                    if (fits(lines[next])) return lines[next];
                more = changed.Task;
            }

            if (closed.Task.IsCompleted && more == changed.Task) throw new InvalidOperationException($"the program ended with {await EndAsync()} without the line waited for:\n{Output}");
            try
            {
                await Task.WhenAny(more, closed.Task).WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"the line waited for did not come:\n{Output}");
            }
        }
    }

    public Task<string> WaitForAsync(string text, int from = 0) => WaitForAsync(l => l.Contains(text, StringComparison.Ordinal), from);

    public void Signal(int signal) => Kill(process.Id, signal).ShouldBe(0);

    /// <summary>Waits for the end and gives the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the program did not end:\n{Output}");
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    private void Take(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref open) == 0) closed.TrySetResult();
            return;
        }

        TaskCompletionSource previous;
        lock (lines)
        {
            lines.Add(line);
            previous = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        previous.SetResult();
    }
}
