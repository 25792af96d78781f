namespace Podkit.DownwardApi;

/// <summary>The files of a volume, or why they cannot be written.</summary>
public sealed class VolumePayload
{
    internal VolumePayload(string volumeName, IReadOnlyList<VolumeFile> files, IReadOnlyList<DownwardApiError> errors)
    {
        VolumeName = volumeName;
        Files = files;
        Errors = errors;
    }

    /// <summary>The volume's name.</summary>
    public string VolumeName { get; }

    /// <summary>The files in the order of their paths; when there are errors, those that could be made all the same.</summary>
    public IReadOnlyList<VolumeFile> Files { get; }

    /// <summary>What is missing. When there is something, nothing of the payload may be written.</summary>
    public IReadOnlyList<DownwardApiError> Errors { get; }

    /// <summary>The message of a kubelet's FailedMount event, all errors in one; null when there are none.</summary>
    public string? FailedMountMessage => Errors.Count == 0 ? null
        : $"MountVolume.SetUp failed for volume {GoQuoting.Quote(VolumeName)} : {Aggregate()}";

    private string Aggregate() => Errors.Count == 1 ? Errors[0].Message : $"[{string.Join(", ", Errors.Select(e => e.Message))}]";
}
