namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>An object that a token speaks for or is bound to.</summary>
internal sealed record TokenReference(string Name, string Uid);
