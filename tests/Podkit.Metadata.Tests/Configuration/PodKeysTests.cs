using Microsoft.Extensions.Configuration;
using Podkit.Metadata.Testing;

namespace Podkit.Metadata.Tests.Configuration;

public sealed class PodKeysTests : IDisposable
{
    private readonly FakePod _fake = new("web-1", "shop");
    private readonly TestLog _log = new();

    public void Dispose() => _fake.Dispose();

    [Fact]
    public async Task A_typo_in_an_annotation_that_was_JSON_keeps_what_is_bound_to_it()
    {
        _fake.SetAnnotation("tenant", """{"Name":"acme","Seats":25}""");
        _fake.SetAnnotation("text", "{{ no JSON }}");
        using var configuration = Open();
        foreach (var typo in (string[])["""{"Name":"hunter2","Seats":30""", """[{"Name":"hunter2","Seats":31"""])
        {
            await ChangeAsync(configuration, typo);
            (configuration["Pod:Annotations:tenant:Name"], configuration["Pod:Annotations:tenant:Seats"]).ShouldBe(("acme", "25"));
            configuration["Pod:Annotations:tenant"].ShouldBe(typo);
        }

        Said().ShouldBe(["Warning: the annotation tenant is not JSON: line 1, byte 29; the last good values below Pod:Annotations:tenant stay"]);
        await ChangeAsync(configuration, """{"Name":"acme","Seats":30}""");
        configuration["Pod:Annotations:tenant:Seats"].ShouldBe("30");
        Said()[1..].ShouldBe(["Information: the annotation tenant is JSON again"]);
    }

    [Theory]
    [InlineData("acme", "no longer begins like JSON")]
    [InlineData(null, "is gone")]
    public async Task An_annotation_that_becomes_something_else_has_no_keys_below_it(string? value, string why)
    {
        _fake.SetAnnotation("tenant", """{"Name":"acme"}""");
        using var configuration = Open();
        await ChangeAsync(configuration, """{"Name":""");
        configuration["Pod:Annotations:tenant:Name"].ShouldBe("acme");
        await ChangeAsync(configuration, value);
        (configuration["Pod:Annotations:tenant:Name"], configuration["Pod:Annotations:tenant"]).ShouldBe((null, value));
        Said()[1..].ShouldBe([$"Information: the annotation tenant {why}, and with it the last good values below Pod:Annotations:tenant"]);
        // What was good then is not good for what comes now.
        await ChangeAsync(configuration, """{"Name": """);
        configuration["Pod:Annotations:tenant:Name"].ShouldBeNull();
    }

    [Fact]
    public async Task Keys_that_differ_only_by_case_are_told_once_and_the_lower_one_is_shown()
    {
        _fake.SetLabel("Env", "upper");
        _fake.SetLabel("env", "lower");
        _fake.SetAnnotation("Tenant", """{"Name":"upper","Seats":1}""");
        _fake.SetAnnotation("tenant", """{"Name":"lower"}""");
        using var configuration = Open();
        configuration["Pod:Labels:ENV"].ShouldBe("lower");
        (configuration["Pod:Annotations:tenant:Name"], configuration["Pod:Annotations:tenant:Seats"]).ShouldBe(("lower", null));
        await ChangeAsync(configuration, """{"Name":"other"}""");
        Said().ShouldBe([
            "Warning: the labels Env and env differ only by case, which configuration does not tell apart: Pod:Labels:env shows env; IPodMetadata.Labels has both",
            "Warning: the annotations Tenant and tenant differ only by case, which configuration does not tell apart: Pod:Annotations:tenant shows tenant; IPodMetadata.Annotations has both",
        ]);
    }

    [Fact]
    public async Task A_configuration_whose_sources_change_keeps_the_last_good_keys()
    {
        _fake.SetAnnotation("tenant", """{"Name":"acme"}""");
        using var configuration = new ConfigurationManager();
        configuration.AddDownwardApi(_fake.Configure);
        IConfigurationBuilder builder = configuration;
        builder.Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());
        await ChangeAsync(configuration, "{");
        builder.Sources.RemoveAt(builder.Sources.Count - 1);
        configuration["Pod:Annotations:tenant:Name"].ShouldBe("acme");
    }

    private string[] Said() => [.. _log.Lines.Where(l => l.Contains("annotation", StringComparison.Ordinal) || l.Contains("labels", StringComparison.Ordinal))];

    private async Task ChangeAsync(IConfiguration configuration, string? tenant)
    {
        var reloaded = new TaskCompletionSource();
        using var registration = configuration.GetReloadToken().RegisterChangeCallback(_ => reloaded.TrySetResult(), null);
        if (tenant is null) _fake.RemoveAnnotation("tenant");
        else _fake.SetAnnotation("tenant", tenant);
        await reloaded.Task.WaitAsync(Waiting.Limit);
    }

    private ConfigurationRoot Open()
    {
        var configuration = (ConfigurationRoot)new ConfigurationBuilder().AddDownwardApi(_fake.Configure).Build();
        using var loggers = new Microsoft.Extensions.Logging.LoggerFactory([_log]);
        foreach (var provider in configuration.Providers.Cast<Metadata.Configuration.ITellingProvider>()) provider.UseLogger(loggers);
        return configuration;
    }
}
