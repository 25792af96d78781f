using System.Diagnostics;

namespace Podkit.Node.Tests;

/// <summary>Starts other processes in tests.</summary>
internal static class TestPrograms
{
    /// <summary>This assembly as a program of its own.</summary>
    public static Process StartSelf(params string[] arguments) => Start([Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", "exec", typeof(TestPrograms).Assembly.Location, .. arguments]);

    /// <summary>This assembly as a program of another user's.</summary>
    public static Process StartSelfAs(uint user, params string[] arguments)
    {
        var dotnet = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
        return Start(["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", dotnet, "exec", typeof(TestPrograms).Assembly.Location, .. arguments]);
    }

    public static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs to the end and gives output, and fails with the error output unless it succeeds.</summary>
    public static async Task<string> RunAsync(params string[] command)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {process.ExitCode}: {await error}");
        return await output;
    }
}
