using Podkit.Metadata.Testing;

namespace Podkit.Metadata.Packages.Tests;

/// <summary>A pod whose label <c>env</c> a test changes, and what an app knows of it.</summary>
internal sealed class TestPod : IDisposable
{
    private readonly FakePod fake = new("web-1", "shop");

    public TestPod(params (string FieldPath, string Value)[] values)
    {
        fake.SetLabel("env", "production");
        var options = new PodMetadataOptions();
        Configure(options);
        foreach (var (path, value) in values) options.Values[path] = value;
        Metadata = PodMetadata.Open(options);
    }

    public PodMetadata Metadata { get; }

    public void Configure(PodMetadataOptions options) => fake.Configure(options);

    public async Task SetEnvAsync(string value)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var changes = Metadata.ChangesAsync(deadline.Token);
        fake.SetLabel("env", value);
        await foreach (var change in changes)
            if (change.New.Labels["env"] == value) return;
    }

    public void Annotate(string key, string value) => fake.SetAnnotation(key, value);

    public void Dispose()
    {
        Metadata.Dispose();
        fake.Dispose();
    }
}
