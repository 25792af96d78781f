using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Podkit.Client.Credentials;

/// <summary>Runs a credential plugin once, by the rules of client-go.</summary>
internal static class ExecCredentialProcess
{
    private const int MaximumAnswerBytes = 1 << 20;

    public static async Task<ExecCredential> RunAsync(ExecCredentialOptions exec, KubernetesClientConfiguration configuration, CancellationToken cancellationToken)
    {
        var interactive = Interactive(exec, configuration);
        using var process = Start(Prepare(exec, configuration, interactive), exec, configuration);
        try
        {
            // A read of a pipe cannot be cancelled everywhere; the end of the process ends it.
            using var kill = cancellationToken.UnsafeRegister(static p => Kill((Process)p!), process);
            if (!interactive) process.StandardInput.Close();
            var complaint = interactive ? Task.FromResult("") : PluginComplaint.ReadAsync(process.StandardError);
            var answer = await ReadAnswerAsync(process.StandardOutput.BaseStream).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var said = await complaint.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (process.ExitCode != 0) throw Problem(exec, configuration, $"it ended with exit code {process.ExitCode}{(interactive ? "" : said.Length > 0 ? $": {said}" : " and said nothing that can be shown")}");
            return answer is null ? throw Problem(exec, configuration, $"its answer is larger than {MaximumAnswerBytes} bytes") : ExecCredential.Read(answer, exec.ApiVersion);
        }
        catch (FormatException e)
        {
            throw Problem(exec, configuration, e.Message);
        }
        finally
        {
            Kill(process);
        }
    }

    /// <summary>A plugin that may ask a person has the terminal, for its questions too: a code to type in elsewhere is written to the standard error.</summary>
    internal static ProcessStartInfo Prepare(ExecCredentialOptions exec, KubernetesClientConfiguration configuration, bool interactive)
    {
        var start = new ProcessStartInfo(Locate(exec, configuration), exec.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = !interactive,
            RedirectStandardInput = !interactive,
            RedirectStandardOutput = true,
            RedirectStandardError = !interactive,
        };
        foreach (var (name, value) in exec.Environment) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Information(exec, configuration, interactive);
        return start;
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
            _ = e;
        }
    }

    /// <summary>What the plugin is told of its caller: <c>KUBERNETES_EXEC_INFO</c>.</summary>
    internal static string Information(ExecCredentialOptions exec, KubernetesClientConfiguration configuration, bool interactive)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", "ExecCredential");
            writer.WriteString("apiVersion", exec.ApiVersion);
            writer.WriteStartObject("spec");
            if (exec.ProvideClusterInfo) WriteCluster(writer, exec, configuration);
            writer.WriteBoolean("interactive", interactive);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteCluster(Utf8JsonWriter writer, ExecCredentialOptions exec, KubernetesClientConfiguration configuration)
    {
        writer.WriteStartObject("cluster");
        writer.WriteString("server", configuration.Server.OriginalString);
        if (configuration.TlsServerName is { } name) writer.WriteString("tls-server-name", name);
        var authority = configuration.CertificateAuthorityData ?? (configuration.CertificateAuthorityFile is { } file && File.Exists(file) ? File.ReadAllText(file) : null);
        if (authority is not null) writer.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(authority));
        if (configuration.Proxy is { } proxy) writer.WriteString("proxy-url", proxy.OriginalString);
        if (configuration.DisableCompression) writer.WriteBoolean("disable-compression", true);
        if (exec.ClusterConfiguration is { Length: > 0 } extension)
        {
            writer.WritePropertyName("config");
            writer.WriteRawValue(extension);
        }

        writer.WriteEndObject();
    }

    private static bool Interactive(ExecCredentialOptions exec, KubernetesClientConfiguration configuration) => exec.InteractiveMode switch
    {
        ExecInteractiveMode.Never => false,
        ExecInteractiveMode.Always when Console.IsInputRedirected => throw Problem(exec, configuration, "it needs a terminal (interactiveMode: Always), and the standard input is none"),
        _ => !Console.IsInputRedirected,
    };

    /// <summary>The program of a name in PATH; never one of the current folder.</summary>
    private static string Locate(ExecCredentialOptions exec, KubernetesClientConfiguration configuration)
    {
        if (exec.Command.Contains(Path.DirectorySeparatorChar) || exec.Command.Contains(Path.AltDirectorySeparatorChar)) return exec.Command;
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Path.IsPathRooted(folder)) continue;
            foreach (var ending in endings)
            {
                var file = Path.Combine(folder, exec.Command + ending);
                if (File.Exists(file)) return file;
            }
        }

        throw Missing(exec, configuration, "it is not in PATH");
    }

    private static Process Start(ProcessStartInfo start, ExecCredentialOptions exec, KubernetesClientConfiguration configuration)
    {
        try
        {
            return Process.Start(start) ?? throw Missing(exec, configuration, "it did not start");
        }
        catch (Win32Exception e)
        {
            throw Missing(exec, configuration, e.Message);
        }
    }

    private static async Task<byte[]?> ReadAnswerAsync(Stream output)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await output.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            // What is too much is still read: the plugin must not wait for ever.
            if (answer.Length <= MaximumAnswerBytes) answer.Write(buffer, 0, read);
        }

        return answer.Length <= MaximumAnswerBytes ? answer.ToArray() : null;
    }

    private static KubernetesConfigurationException Missing(ExecCredentialOptions exec, KubernetesClientConfiguration configuration, string what) =>
        Problem(exec, configuration, string.IsNullOrWhiteSpace(exec.InstallHint) ? $"{what}: install it, or put its whole path into exec.command" : $"{what}. {exec.InstallHint.Trim()}");

    private static KubernetesConfigurationException Problem(ExecCredentialOptions exec, KubernetesClientConfiguration configuration, string what) =>
        new($"{configuration.Origin}: the credential plugin {exec.Command} cannot be used: {what}");
}
