using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization;

namespace Podkit.ApiServer.Authentication.Reviews;

/// <summary>A user as reviews show him.</summary>
internal static class UserInfoDocument
{
    public static JsonObject Of(UserInfo user)
    {
        var document = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0) document["uid"] = user.Uid;
        if (user.Groups.Count > 0) document["groups"] = Documents.Array(user.Groups);
        if (user.Extra is not { Count: > 0 }) return document;
        var extra = new JsonObject();
        foreach (var (key, values) in user.Extra.OrderBy(e => e.Key, StringComparer.Ordinal)) extra[key] = Documents.Array(values);
        document["extra"] = extra;
        return document;
    }
}
