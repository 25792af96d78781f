namespace Podkit.Metadata.Tests;

/// <summary>Options of a machine where there is nothing but what the test gives.</summary>
internal static class Nowhere
{
    public static PodMetadataOptions Options(Dictionary<string, string>? environment = null, string mountInfo = "", params string[] volumes)
    {
        var options = new PodMetadataOptions
        {
            Variable = name => environment?.GetValueOrDefault(name),
            MountInfoFile = mountInfo,
            ServiceAccountDirectory = "/nonexistent/serviceaccount",
            ConventionalVolume = "/nonexistent/podinfo",
        };
        foreach (var volume in volumes) options.Volumes.Add(volume);
        return options;
    }
}
