namespace Podkit.Ambassador;

/// <summary>What happens to a request with <c>Impersonate-*</c> headers.</summary>
public enum ImpersonationHeaders
{
    /// <summary>It is refused: without them it would run with more rights than it asks for.</summary>
    Refuse,

    /// <summary>The headers are left out.</summary>
    Drop,

    /// <summary>The headers are passed on, as with kubectl proxy; the API server decides.</summary>
    Forward,
}
