namespace Podkit.Metadata.AspNetCore;

/// <summary>What the endpoint shows. Tokens and other secrets are not part of a pod's metadata and are never shown.</summary>
public sealed class PodEndpointOptions
{
    /// <summary>Whether labels are shown. Default: true.</summary>
    public bool ShowLabels { get; set; } = true;

    /// <summary>Whether annotations are shown. They can hold whatever people put there. Default: false.</summary>
    public bool ShowAnnotations { get; set; }

    /// <summary>Whether the addresses of pod and node are shown. Default: true.</summary>
    public bool ShowAddresses { get; set; } = true;

    /// <summary>Whether files, variables, volumes and problems are told. Default: true.</summary>
    public bool ShowSources { get; set; } = true;
}
