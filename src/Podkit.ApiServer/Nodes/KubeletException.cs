namespace Podkit.ApiServer;

/// <summary>A refusal by the kubelet.</summary>
public sealed class KubeletException : Exception
{
    /// <summary>A refusal with that HTTP status and sentence.</summary>
    /// <param name="statusCode">The HTTP status that fits: 404, 400, 501, …</param>
    /// <param name="message">What the client gets to read.</param>
    public KubeletException(int statusCode, string message)
        : base(message) => StatusCode = statusCode;

    /// <summary>The HTTP status of the refusal.</summary>
    public int StatusCode { get; }
}
