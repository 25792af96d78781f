using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Requests;

namespace Podkit.ApiServer.Operations;

/// <summary>Notes who owns which field of an object that a request writes.</summary>
internal static class FieldOwnership
{
    public static void OfCreate(ApiRequest request, JsonObject created) => created.Metadata().Remove("managedFields");

    public static void OfUpdate(ApiRequest request, JsonObject old, JsonObject updated)
    {
        if (old.Metadata()["managedFields"] is { } fields) updated.Metadata()["managedFields"] = fields.DeepClone();
    }

    /// <summary>Notes that the server itself, in the role of a component of the control plane, set the fields.</summary>
    public static void OfComponent(JsonObject created, string component, DateTimeOffset now)
    {
    }

    /// <summary>Takes newer times of otherwise equal entries for no change.</summary>
    public static void KeepTimes(JsonObject old, JsonObject updated)
    {
    }
}
