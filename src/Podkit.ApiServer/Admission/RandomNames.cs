using System.Security.Cryptography;

namespace Podkit.ApiServer.Admission;

/// <summary>The random endings of generated names: five letters and digits that make no words and are not mistaken for each other.</summary>
internal static class RandomNames
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int Length = 5;
    private const int MaximumBase = 63 - Length;

    /// <summary>A prefix, cut so that the name fits a DNS label, with a random ending.</summary>
    public static string After(string prefix) =>
        (prefix.Length > MaximumBase ? prefix[..MaximumBase] : prefix) + RandomNumberGenerator.GetString(Alphabet, Length);
}
