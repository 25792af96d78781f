namespace Podkit.Metadata;

/// <summary>What the health check of a pod's metadata looks at.</summary>
public sealed class PodHealthOptions
{
    /// <summary>Whether it is unhealthy to run outside of a pod. Default: false.</summary>
    public bool RequirePod { get; set; }

    /// <summary>Whether token and CA certificates of the service account's mount are looked at. A pod without that mount is healthy. Default: true.</summary>
    public bool CheckServiceAccount { get; set; } = true;

    /// <summary>Where the service account is mounted. Default, when null: as <see cref="PodMetadataOptions.ServiceAccountDirectory"/> of the metadata says.</summary>
    public string? ServiceAccountDirectory { get; set; }

    /// <summary>
    /// Which part of a token's life may pass before it is degraded that it was not renewed. A kubelet renews it after 80 %. Default: 0.9.
    /// </summary>
    public double TokenRenewalPart { get; set; } = 0.9;

    /// <summary>How long before the end of a CA certificate the check is degraded. Default: 14 days.</summary>
    public TimeSpan CertificateWarning { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How old a change of a volume may be before it is degraded that it was not read. Default: 10 s, and at least
    /// twice <see cref="PodMetadataOptions.PollInterval"/>.
    /// </summary>
    public TimeSpan ReadingDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
