using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Podkit.ApiServer.Pki;

namespace Podkit.ApiServer.Authentication;

/// <summary>Tells whom a client certificate speaks for: the common name is the user, the organisations are the groups.</summary>
internal sealed class ClientCertificates(ClusterCertificates certificates, TimeProvider time)
{
    private const string CommonName = "2.5.4.3";
    private const string Organisation = "2.5.4.10";

    // A connection keeps its certificate object, so its chain is built once; what is remembered goes with the connection.
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> known = [];

    /// <summary>The user, or null when this cluster's authority did not sign the certificate, it is not for client authentication or it is not valid now.</summary>
    public UserInfo? Authenticate(X509Certificate2 certificate)
    {
        if (!known.TryGetValue(certificate, out var verdict))
        {
            verdict = new Verdict(Check(certificate));
            known.AddOrUpdate(certificate, verdict);
        }

        var now = time.GetUtcNow().UtcDateTime;
        return now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime() ? verdict.User : null;
    }

    private UserInfo? Check(X509Certificate2 certificate)
    {
        try
        {
            using var chain = new X509Chain { ChainPolicy = certificates.ClientPolicy() };
            // Trust in the time is the caller's question: it is asked again with every request.
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            return chain.Build(certificate) ? Read(certificate) : null;
        }
        catch (CryptographicException)
        {
            // A certificate that cannot even be parsed proves nothing.
            return null;
        }
    }

    private static UserInfo? Read(X509Certificate2 certificate)
    {
        var user = "";
        var groups = new List<string>();
        foreach (var name in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (name.HasMultipleElements) continue;
            switch (name.GetSingleElementType().Value)
            {
                case CommonName:
                    user = name.GetSingleElementValue() ?? "";
                    break;
                case Organisation when name.GetSingleElementValue() is { Length: > 0 } group:
                    groups.Add(group);
                    break;
                default:
                    break;
            }
        }

        return user.Length == 0 ? null : UserGroups.WithAuthenticated(new UserInfo(user, groups, "", new Dictionary<string, IReadOnlyList<string>>
        {
            [Extras.CredentialId] = [$"X509SHA256={Convert.ToHexStringLower(SHA256.HashData(certificate.RawDataMemory.Span))}"],
        }));
    }

    private sealed record Verdict(UserInfo? User);
}
