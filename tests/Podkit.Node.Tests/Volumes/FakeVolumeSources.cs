using System.Text;
using Podkit.Client;
using Podkit.Model;
using Podkit.Model.Authentication.V1;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Tests.Volumes;

/// <summary>ConfigMaps, Secrets and tokens in memory.</summary>
internal sealed class FakeVolumeSources(TimeProvider? time = null) : IVolumeSources, ITokenSource, INodeNotices
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public Dictionary<string, ConfigMap> ConfigMaps { get; } = [];

    public Dictionary<string, Secret> Secrets { get; } = [];

    public List<TokenRequestSpec> Requests { get; } = [];

    public List<string> Notices { get; } = [];

    public string? TokenFailure { get; set; }

    public TimeSpan? TokenLife { get; set; }

    public IReadOnlyDictionary<string, Quantity> NodeAllocatable { get; set; } = new Dictionary<string, Quantity>();

    public void AddConfigMap(string name, params (string Key, string Value)[] data) => ConfigMaps[name] = new ConfigMap { Data = data.ToDictionary(pair => pair.Key, pair => pair.Value) };

    public void AddSecret(string name, params (string Key, string Value)[] data) => Secrets[name] = new Secret { Data = data.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value)) };

    public ValueTask<ConfigMap?> FindConfigMapAsync(string @namespace, string name, CancellationToken cancellationToken) => ValueTask.FromResult(ConfigMaps.GetValueOrDefault(name));

    public ValueTask<Secret?> FindSecretAsync(string @namespace, string name, CancellationToken cancellationToken) => ValueTask.FromResult(Secrets.GetValueOrDefault(name));

    public Task<TokenRequestStatus> CreateAsync(string @namespace, string serviceAccount, TokenRequestSpec request, CancellationToken cancellationToken)
    {
        if (TokenFailure is { } sentence) throw new KubernetesException(sentence);
        Requests.Add(request);
        var life = TokenLife ?? TimeSpan.FromSeconds(request.ExpirationSeconds ?? 3600);
        return Task.FromResult(new TokenRequestStatus { Token = $"token-{Requests.Count}-of-{@namespace}/{serviceAccount}", ExpirationTimestamp = _time.GetUtcNow() + life });
    }

    public void Say(string text) => Notices.Add(text);
}
