using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Podkit.Client.Credentials;
using Podkit.Client.Http;
using Podkit.Client.Telemetry;

namespace Podkit.Client.Tls;

/// <summary>
/// Reads the authorities and the client certificate, and again when their files change: at most every
/// <see cref="KubernetesClientOptions.CertificateRefreshInterval"/>, and at once when a server is not trusted. Broken files keep the last good material.
/// </summary>
internal sealed class TlsMaterialSource
{
    private readonly KubernetesClientConfiguration _configuration;
    private readonly KubernetesClientOptions _options;
    private readonly Gate _reading = new();
    private volatile TlsMaterial? _material;
    private string? _fingerprint;
    private long _checkedAt;

    private readonly ExecCredentialPlugin? _plugin;
    private volatile ExecCredential? _credential;
    private volatile string? _problem;

    public TlsMaterialSource(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ExecCredentialPlugin? plugin) => (_configuration, _options, _plugin) = (configuration, options, plugin);

    /// <summary>What is wrong with the files although the last good material still serves; null when nothing is.</summary>
    public string? Problem => _problem;

    private bool HasFiles => _configuration is not { CertificateAuthorityFile: null, ClientCertificateFile: null, ClientKeyFile: null };

    /// <summary>The newest good material; the same object as long as nothing changes.</summary>
    public ValueTask<TlsMaterial> GetAsync(CancellationToken cancellationToken) => _plugin is null ? GetAsync(null, cancellationToken) : AfterPluginAsync(_plugin, cancellationToken);

    /// <summary>Looks at the files now. Returns what is newer than <paramref name="used"/>, or the same.</summary>
    public async ValueTask<TlsMaterial> CheckAsync(TlsMaterial? used, CancellationToken cancellationToken)
    {
        await _reading.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _material is { } current && !ReferenceEquals(current, used) ? current : await ReadAsync(_credential, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Leave();
        }
    }

    private ValueTask<TlsMaterial> GetAsync(ExecCredential? credential, CancellationToken cancellationToken) =>
        IsFresh(credential) ? new ValueTask<TlsMaterial>(_material!) : RefreshAsync(cancellationToken);

    private async ValueTask<TlsMaterial> AfterPluginAsync(ExecCredentialPlugin plugin, CancellationToken cancellationToken) =>
        await GetAsync(await plugin.GetAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async ValueTask<TlsMaterial> RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited for another's reading uses it; and the plugin's credential may be a newer one by now.
            var credential = _plugin is null ? null : await _plugin.GetAsync(cancellationToken).ConfigureAwait(false);
            return IsFresh(credential) ? _material! : await ReadAsync(credential, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Leave();
        }
    }

    private bool IsFresh(ExecCredential? credential) =>
        ReferenceEquals(_credential, credential) && _material is not null && (!HasFiles || _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _checkedAt)) < _options.CertificateRefreshInterval);

    /// <summary>Fresh only when it has been read: who asks meanwhile waits, and hears of a problem as well.</summary>
    private async Task<TlsMaterial> ReadAsync(ExecCredential? credential, CancellationToken cancellationToken)
    {
        var at = _options.TimeProvider.GetTimestamp();
        var material = _material = await LoadAsync(credential, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _checkedAt, at);
        _credential = credential;
        return material;
    }

    private async Task<TlsMaterial> LoadAsync(ExecCredential? credential, CancellationToken cancellationToken)
    {
        try
        {
            var ca = await PemAsync(_configuration.CertificateAuthorityFile, _configuration.CertificateAuthorityData, cancellationToken).ConfigureAwait(false);
            var certificate = await PemAsync(_configuration.ClientCertificateFile, _configuration.ClientCertificateData, cancellationToken).ConfigureAwait(false);
            var key = await PemAsync(_configuration.ClientKeyFile, _configuration.ClientKeyData, cancellationToken).ConfigureAwait(false);
            if (certificate is null && key is null && credential is { Certificate: { } given }) (certificate, key) = (given, credential.Key);
            var fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{ca}\0{certificate}\0{key}")));
            _problem = null;
            if (_material is { } same && fingerprint == _fingerprint) return same;
            var material = new TlsMaterial(ca is null ? null : Authorities(ca), ClientCertificate(certificate, key));
            if (_fingerprint is not null) ClientLog.CertificatesChanged(_options.Logger, _configuration.Origin);
            _fingerprint = fingerprint;
            return material;
        }
        catch (Exception e) when (_material is not null && e is IOException or UnauthorizedAccessException or CryptographicException or KubernetesConfigurationException)
        {
            if (_material is not { } last) throw;
            _problem = $"the certificates of {_configuration.Origin} cannot be read again: {e.Message}";
            _options.Warn($"the certificates of {_configuration.Origin} cannot be read again, so the last good ones stay: {e.Message}");
            return last;
        }
    }

    private static async Task<string?> PemAsync(string? file, string? data, CancellationToken cancellationToken)
    {
        if (file is null) return data;
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"the file {file} cannot be read: {e.Message}", e);
        }
    }

    private X509Certificate2Collection Authorities(string pem)
    {
        var where = _configuration.CertificateAuthorityFile ?? $"the certificate authority data of {_configuration.Origin}";
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KubernetesConfigurationException($"{where} is not a PEM file of certificates: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw new KubernetesConfigurationException($"{where} holds no certificate: it must be a PEM file of certificates");
    }

    private SslStreamCertificateContext? ClientCertificate(string? certificate, string? key)
    {
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null)
        {
            throw new KubernetesConfigurationException($"{_configuration.Origin} has a client {(key is null ? "certificate without its key" : "key without its certificate")}: give both");
        }

        var where = _configuration.ClientCertificateFile ?? $"the client certificate data of {_configuration.Origin}";
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, key);
            var intermediates = new X509Certificate2Collection();
            intermediates.ImportFromPem(certificate);
            if (intermediates.Count > 0) intermediates.RemoveAt(0);

            // Windows cannot use a key that lives in memory only.
            var usable = OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null) : new X509Certificate2(pair);
            return SslStreamCertificateContext.Create(usable, intermediates, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new KubernetesConfigurationException($"{where} and its key cannot be used: {e.Message} (a PEM certificate with its EC or RSA key, not encrypted, is needed)");
        }
    }
}
