using System.Text.Json;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Checks that what a token speaks for and what it is bound to is still there: a token does not outlive it.</summary>
internal sealed class BoundObjects(IObjectReader objects)
{
    private const string Invalidated = "service account token has been invalidated";

    internal static readonly ResourceKind ServiceAccount = ResourceTable.Get("", "v1", "serviceaccounts");
    internal static readonly ResourceKind Pod = ResourceTable.Get("", "v1", "pods");
    internal static readonly ResourceKind Secret = ResourceTable.Get("", "v1", "secrets");
    internal static readonly ResourceKind Node = ResourceTable.Get("", "v1", "nodes");

    /// <summary>Why the token is no longer good, or null.</summary>
    /// <param name="claims">The token.</param>
    /// <param name="deletedBefore">Objects being deleted since before this time count as gone.</param>
    public string? Problem(TokenClaims claims, DateTimeOffset deletedBefore)
    {
        if (objects.Find(ServiceAccount, claims.Namespace, claims.ServiceAccount.Name) is not { } account) return $"serviceaccounts {GoStrings.Quote(claims.ServiceAccount.Name)} not found";
        if (account.Uid != claims.ServiceAccount.Uid) return $"service account UID ({account.Uid}) does not match claim ({claims.ServiceAccount.Uid})";
        if (IsDeleted(account, deletedBefore)) return Invalidated;
        return Problem(Secret, "secret UID", "service account secret", claims.Namespace, claims.Secret, deletedBefore)
            ?? Problem(Pod, "pod UID", "service account pod", claims.Namespace, claims.Pod, deletedBefore)
            ?? (claims.Pod is null ? Problem(Node, "node UID", "service account node", "", claims.Node, deletedBefore) : null);
    }

    private string? Problem(ResourceKind kind, string what, string claim, string ns, TokenReference? reference, DateTimeOffset deletedBefore)
    {
        if (reference is null) return null;
        if (objects.Find(kind, ns, reference.Name) is not { } found) return Invalidated;
        if (found.Uid != reference.Uid) return $"{what} ({found.Uid}) does not match {claim} ref claim ({reference.Uid})";
        return IsDeleted(found, deletedBefore) ? Invalidated : null;
    }

    private static bool IsDeleted(StoredObject obj, DateTimeOffset before)
    {
        // Few objects are being deleted; only those are parsed.
        if (obj.Json.Span.IndexOf("\"deletionTimestamp\""u8) < 0) return false;
        using var document = JsonDocument.Parse(obj.Json);
        return document.RootElement.TryGetProperty("metadata", out var metadata)
            && metadata.TryGetProperty("deletionTimestamp", out var timestamp)
            && timestamp.ValueKind == JsonValueKind.String
            && timestamp.TryGetDateTimeOffset(out var deleted)
            && deleted < before;
    }
}
