namespace Podkit.Bench;

/// <summary>How log lines come to carry the pod.</summary>
internal enum PodIn
{
    /// <summary>They do not.</summary>
    Nothing,

    /// <summary>By a scope or by properties that are set once and never change.</summary>
    ByHand,

    /// <summary>By Podkit.Metadata, as a scope or as properties for whatever writes the line.</summary>
    Enrichment,

    /// <summary>By Podkit.Metadata, as members of the line that are encoded already.</summary>
    Encoded,
}
