namespace Podkit.Client;

/// <summary>Where a pod finds what Kubernetes gives it to talk to its API server; the defaults are those of every pod.</summary>
public sealed record InClusterOptions
{
    /// <summary>The directory of the mounted service account: <c>token</c>, <c>ca.crt</c> and <c>namespace</c>. Default: <c>/var/run/secrets/kubernetes.io/serviceaccount</c>.</summary>
    public string ServiceAccountDirectory { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Reads an environment variable. Default: <see cref="System.Environment.GetEnvironmentVariable(string)"/>.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}
