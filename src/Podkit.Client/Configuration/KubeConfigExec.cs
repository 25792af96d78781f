namespace Podkit.Client.Configuration;

/// <summary>Reads <c>users[].user.exec</c>, and refuses what client-go refuses.</summary>
internal static class KubeConfigExec
{
    private const string V1 = "client.authentication.k8s.io/v1";
    private const string V1Beta1 = "client.authentication.k8s.io/v1beta1";

    public static ExecCredentialOptions Read(KubeConfigEntry exec, KubeConfigEntry cluster)
    {
        var command = exec.Text("command") is { Length: > 0 } text ? text : throw exec.Missing("command", "the program that gives the credentials");
        var version = exec.Text("apiVersion") ?? throw exec.Missing("apiVersion", $"{V1}, or {V1Beta1},");
        if (version is not (V1 or V1Beta1)) throw exec.Problem("apiVersion", $"{V1} or {V1Beta1} is needed: update the plugin, or what writes this file");
        var hasPath = command.Contains('/', StringComparison.Ordinal) || command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return new ExecCredentialOptions
        {
            Command = hasPath ? Path.GetFullPath(command, exec.Folder) : command,
            Arguments = exec.Texts("args"),
            Environment = exec.Pairs("env"),
            ApiVersion = version,
            InteractiveMode = Mode(exec, version),
            ProvideClusterInfo = exec.IsTrue("provideClusterInfo"),
            ClusterConfiguration = cluster.Extension("client.authentication.k8s.io/exec"),
            InstallHint = exec.Text("installHint"),
        };
    }

    private static ExecInteractiveMode Mode(KubeConfigEntry exec, string version) => exec.Text("interactiveMode") switch
    {
        "IfAvailable" => ExecInteractiveMode.IfAvailable,
        "Never" => ExecInteractiveMode.Never,
        "Always" => ExecInteractiveMode.Always,
        null or "" when version == V1Beta1 => ExecInteractiveMode.IfAvailable,
        null or "" => throw exec.Missing("interactiveMode", "Never, IfAvailable or Always"),
        _ => throw exec.Problem("interactiveMode", "Never, IfAvailable or Always is needed"),
    };
}
