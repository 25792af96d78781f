namespace Podkit.Metadata.Tests.Sources;

public sealed class PlainRuntimeTests : IDisposable
{
    private readonly DirectoryInfo volumes = Directory.CreateTempSubdirectory("podkit-plain-");

    public void Dispose() => volumes.Delete(recursive: true);

    [Fact]
    public void Volumes_are_found_below_the_directory_that_the_plain_runtime_names()
    {
        File.WriteAllText(Path.Combine(volumes.CreateSubdirectory("nonexistent/podinfo").FullName, "labels"), "env=\"production\"");
        File.WriteAllText(Path.Combine(volumes.CreateSubdirectory("nonexistent/serviceaccount").FullName, "namespace"), "shop");
        using var metadata = PodMetadata.Open(Nowhere.Options(new() { ["PODKIT_VOLUMES"] = volumes.FullName }));
        metadata.Current.Labels["env"].ShouldBe("production");
        metadata.Current.Namespace.ShouldBe("shop");
        using var named = PodMetadata.Open(Nowhere.Options(new() { ["PODKIT_VOLUMES"] = volumes.FullName }, "", "/nonexistent/podinfo/"));
        named.Current.Labels["env"].ShouldBe("production");
    }
}
