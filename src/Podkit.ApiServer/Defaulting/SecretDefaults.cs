using System.Text;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of Secrets.</summary>
internal static class SecretDefaults
{
    /// <summary>Names the type, and turns <c>stringData</c>, which is only ever written, into <c>data</c>.</summary>
    public static void Apply(JsonObject secret)
    {
        secret.DefaultText("type", "Opaque");
        foreach (var (key, value) in secret.Texts("stringData")) secret.EnsureObject("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        secret.Remove("stringData");
    }
}
