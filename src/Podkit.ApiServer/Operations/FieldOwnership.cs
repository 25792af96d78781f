using System.Text.Json.Nodes;
using Podkit.ApiServer.ManagedFields;
using Podkit.ApiServer.Requests;

namespace Podkit.ApiServer.Operations;

/// <summary>Notes who owns which field of an object that is written.</summary>
internal static class FieldOwnership
{
    public static void OfCreate(ApiRequest request, JsonObject created) =>
        ManagedFieldsUpdater.Update(null, created, request.FieldManager, request.Info.Subresource, request.Services.Time.GetUtcNow());

    public static void OfUpdate(ApiRequest request, JsonObject old, JsonObject updated) =>
        ManagedFieldsUpdater.Update(old, updated, request.FieldManager, request.Info.Subresource, request.Services.Time.GetUtcNow());

    /// <summary>Notes that the server itself, in the role of a component of the control plane, set the fields.</summary>
    public static void OfComponent(JsonObject created, string component, DateTimeOffset now) => ManagedFieldsUpdater.Update(null, created, component, "", now);

    /// <summary>Takes newer times of otherwise equal entries for no change.</summary>
    public static void KeepTimes(JsonObject old, JsonObject updated) => ManagedFieldsUpdater.KeepTimes(old, updated);
}
