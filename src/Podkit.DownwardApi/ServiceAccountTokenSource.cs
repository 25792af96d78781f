using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>Gives the token that a projected volume asks for, from wherever the caller keeps tokens.</summary>
/// <param name="projection">What the volume asks for: audience and lifetime.</param>
/// <param name="error">Why there is none; the API server's answer, never a token.</param>
/// <returns>The token, or null.</returns>
public delegate string? ServiceAccountTokenSource(ServiceAccountTokenProjection projection, out string? error);
