namespace Podkit.Client;

/// <summary>
/// A program that gives credentials, as kubeconfig's <c>exec</c> names it: its answer on the standard output is an <c>ExecCredential</c> of
/// <c>client.authentication.k8s.io</c> <c>v1</c> or <c>v1beta1</c>. Run when credentials are needed, kept until they expire, run again when the server refuses them.
/// </summary>
public sealed record ExecCredentialOptions
{
    /// <summary>The program: a name to look for in <c>PATH</c>, or a path.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables besides those of this process.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>client.authentication.k8s.io/v1beta1</c>.</summary>
    public string ApiVersion { get; init; } = "client.authentication.k8s.io/v1";

    /// <summary>Whether the program may talk to a person.</summary>
    public ExecInteractiveMode InteractiveMode { get; init; } = ExecInteractiveMode.IfAvailable;

    /// <summary>Whether the program is told which cluster it is for, in <c>KUBERNETES_EXEC_INFO</c>.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>The cluster's extension <c>client.authentication.k8s.io/exec</c>, as JSON: passed on with the cluster.</summary>
    public string? ClusterConfiguration { get; init; }

    /// <summary>What to tell when the program is not there.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Shows nothing but the command: arguments and environment may hold secrets.</summary>
    public override string ToString() => $"exec {Command}";
}
