using System.Security.Cryptography;

namespace Podkit.ApiServer.Pki;

/// <summary>Keeps an authority in a directory: <c>ca.crt</c>, and <c>ca.key</c> that only its owner can read.</summary>
internal static class CertificateDirectory
{
    private const string CertificateFile = "ca.crt";
    private const string KeyFile = "ca.key";

    /// <summary>The authority kept there, or null when there is none.</summary>
    /// <exception cref="CryptographicException">The files do not hold an authority and its key; the message names them.</exception>
    public static async Task<ClusterCertificates?> LoadAsync(string directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var (certificate, key) = (Path.Combine(directory, CertificateFile), Path.Combine(directory, KeyFile));
        if (!File.Exists(certificate) && !File.Exists(key)) return null;
        try
        {
            var pair = new KeyPairCertificate(
                await File.ReadAllTextAsync(certificate, cancellationToken).ConfigureAwait(false),
                await File.ReadAllTextAsync(key, cancellationToken).ConfigureAwait(false));
            return ClusterCertificates.Load(pair, time);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FileNotFoundException)
        {
            throw new CryptographicException($"{certificate} and {key} do not hold a certificate authority and its ECDSA key: {e.Message}; delete both to have a new one", e);
        }
    }

    /// <summary>Writes the authority there; the directory is created when it is missing.</summary>
    public static async Task SaveAsync(string directory, ClusterCertificates certificates, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var pair = certificates.Export();
        await SecretFile.WriteAsync(Path.Combine(directory, KeyFile), pair.KeyPem, cancellationToken).ConfigureAwait(false);
        await SecretFile.WriteAsync(Path.Combine(directory, CertificateFile), pair.CertificatePem, cancellationToken).ConfigureAwait(false);
    }
}
