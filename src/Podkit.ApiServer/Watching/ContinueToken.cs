using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Watching;

/// <summary>Where the next page of a list begins.</summary>
/// <param name="Revision">The version of the first page's snapshot; below 0 for the newest state.</param>
/// <param name="Start">The first key that the page may hold.</param>
internal sealed record ContinueToken(long Revision, string Start)
{
    /// <summary>The key of an object below the list's own prefix.</summary>
    public static string KeyOf(StoredObject item, string ns) => ns.Length > 0 || item.Namespace.Length == 0 ? item.Name : $"{item.Namespace}/{item.Name}";

    public static ContinueToken Parse(string token)
    {
        var bytes = Decode(token);
        if (GoJson.Check(bytes) is { } problem) throw Invalid(problem);
        if (JsonNode.Parse(bytes) is not JsonObject json) throw Invalid("json: cannot unmarshal value into Go value of type storage.continueToken");
        if (json.Text("v") != "meta.k8s.io/v1") throw ApiException.BadRequest($"invalid continue token: continue key is not valid: server does not recognize this encoded version \"{json.Text("v")}\"");
        var start = json.Text("start");
        if (start.Length < 2 || start[0] != '/') throw ApiException.BadRequest("invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
        return new ContinueToken(json.Number("rv") ?? 0, start[1..]);
    }

    public override string ToString()
    {
        var json = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Revision, ["start"] = "/" + Start };
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString(TokenOptions)));
    }

    private static readonly System.Text.Json.JsonSerializerOptions TokenOptions = new() { TypeInfoResolver = Model.KubernetesJson.Default };

    /// <summary>URL-safe base64 without padding; bits left over at the end are ignored.</summary>
    private static byte[] Decode(string token)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var bytes = new List<byte>(token.Length);
        var (bits, count) = (0, 0);
        for (var i = 0; i < token.Length; i++)
        {
            var digit = Alphabet.IndexOf(token[i], StringComparison.Ordinal);
            if (digit < 0) throw Invalid(string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {i}"));
            bits = ((bits << 6) | digit) & 0xffff;
            count += 6;
            if (count < 8) continue;
            count -= 8;
            bytes.Add((byte)(bits >> count));
        }

        return token.Length % 4 == 1 ? throw Invalid(string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {token.Length - 1}")) : [.. bytes];
    }

    private static ApiException Invalid(string problem) => ApiException.BadRequest($"invalid continue token: continue key is not valid: {problem}");
}
