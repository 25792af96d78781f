using Podkit.Model;

namespace Podkit.ApiServer.Authentication;

/// <summary>How a service account is named as a user.</summary>
internal static class ServiceAccounts
{
    private const string Prefix = "system:serviceaccount:";

    /// <summary>The group of all service accounts.</summary>
    public const string AllGroup = "system:serviceaccounts";

    public static string UserName(string ns, string name) => $"{Prefix}{ns}:{name}";

    /// <summary>The groups of all service accounts and of those of the namespace.</summary>
    public static IReadOnlyList<string> Groups(string ns) => [AllGroup, $"{AllGroup}:{ns}"];

    /// <summary>The account that a user name stands for; false when it is no service account's.</summary>
    public static bool TrySplit(string userName, out string ns, out string name)
    {
        (ns, name) = ("", "");
        if (!userName.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var parts = userName[Prefix.Length..].Split(':');
        if (parts.Length != 2 || Names.IsDns1123Label(parts[0]).Count > 0 || Names.IsDns1123Subdomain(parts[1]).Count > 0) return false;
        (ns, name) = (parts[0], parts[1]);
        return true;
    }
}
