using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Podkit.Metadata.Health;

/// <summary>What a check has found: the worst counts, and is told first.</summary>
internal sealed class HealthFindings
{
    private readonly List<string> _bad = [];
    private readonly List<string> _doubtful = [];
    private readonly List<string> _good = [];

    public Dictionary<string, object> Data { get; } = new(StringComparer.Ordinal);

    public void Bad(string finding) => _bad.Add(finding);

    public void Doubtful(string finding)
    {
        if (!_bad.Exists(b => b.Contains(finding, StringComparison.Ordinal))) _doubtful.Add(finding);
    }

    public void Good(string finding) => _good.Add(finding);

    public HealthCheckResult Result(HealthStatus failure)
    {
        var status = _bad.Count > 0 ? failure : _doubtful.Count > 0 ? HealthStatus.Degraded : HealthStatus.Healthy;
        return new HealthCheckResult(status, string.Join("; ", _bad.Concat(_doubtful).Concat(_good)), exception: null, Data);
    }
}
