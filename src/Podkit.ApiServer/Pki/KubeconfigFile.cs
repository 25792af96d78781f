using System.Text;
using Podkit.ApiServer.Pki;

namespace Podkit.ApiServer;

/// <summary>Writes kubeconfig files: what kubectl and every client library read.</summary>
public static class KubeconfigFile
{
    /// <summary>Writes a kubeconfig, readable by its owner alone (mode 0600), whole or not at all.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="kubeconfig">The text, such as <see cref="KubernetesApiServer.AdminKubeconfig"/>.</param>
    /// <param name="cancellationToken">Gives up; the old file stays.</param>
    /// <exception cref="IOException">The file cannot be written; the old one stays whole.</exception>
    public static Task WriteAsync(string path, string kubeconfig, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(kubeconfig);
        return SecretFile.WriteAsync(path, kubeconfig, cancellationToken);
    }

    /// <summary>The text for one cluster and one user; certificates and key stand in it, so that it can be moved.</summary>
    internal static string Render(Uri server, string authorityPem, string user, KeyPairCertificate client, string cluster = "podkit") => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: {Quote(cluster)}
          cluster:
            server: {Quote(server.GetLeftPart(UriPartial.Authority))}
            certificate-authority-data: {Encode(authorityPem)}
        users:
        - name: {Quote(user)}
          user:
            client-certificate-data: {Encode(client.CertificatePem)}
            client-key-data: {Encode(client.KeyPem)}
        contexts:
        - name: {Quote($"{user}@{cluster}")}
          context:
            cluster: {Quote(cluster)}
            user: {Quote(user)}
        current-context: {Quote($"{user}@{cluster}")}
        preferences: {"{}"}

        """;

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A YAML double-quoted scalar where a plain one could be read as something else.</summary>
    private static string Quote(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '/' or '@' or '_' || (c == ':' && text[^1] != ':')) && !IsWord(text)
            ? text
            : $"\"{Escape(text)}\"";

    private static bool IsWord(string text) => text.ToLowerInvariant() is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (c is '"' or '\\') escaped.Append('\\').Append(c);
            else if (char.IsControl(c)) escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else escaped.Append(c);
        }

        return escaped.ToString();
    }
}
