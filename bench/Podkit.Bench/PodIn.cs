namespace Podkit.Bench;

/// <summary>How log lines come to carry the pod.</summary>
internal enum PodIn
{
    /// <summary>They do not.</summary>
    Nothing,

    /// <summary>By a scope or by properties that are set once and never change.</summary>
    ByHand,

    /// <summary>By Podkit.Metadata.</summary>
    Enrichment,
}
