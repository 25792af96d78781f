using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>Objects that the server creates on its own.</summary>
internal static class SystemObjects
{
    /// <summary>A document with the metadata of a new object.</summary>
    public static JsonObject New(ResourceKind kind, string ns, string name, TimeProvider time)
    {
        var document = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion, ["metadata"] = new JsonObject { ["name"] = name } };
        if (ns.Length > 0) document.Metadata()["namespace"] = ns;
        Complete(document, time);
        return document;
    }

    /// <summary>Gives a document what every stored object has.</summary>
    public static void Complete(JsonObject document, TimeProvider time)
    {
        var metadata = document.Metadata();
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = time.GetUtcNow().ToTime();
    }
}
