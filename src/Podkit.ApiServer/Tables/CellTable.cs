using System.Text.Json.Nodes;
using Podkit.Model;

namespace Podkit.ApiServer.Tables;

/// <summary>Which class makes the cells of which resource.</summary>
internal static class CellTable
{
    /// <summary>Makes the cell of a column, or null for one that <see cref="CommonCells"/> makes.</summary>
    internal delegate JsonNode? Maker(JsonObject document, string column, TimeProvider time);

    public static Maker Of(ResourceKind kind) => kind.Group switch
    {
        "" => kind.Resource switch
        {
            "pods" => PodCells.Make,
            "events" => EventCells.Make,
            "services" or "endpoints" => NetworkCells.Of(kind.Resource),
            "replicationcontrollers" => WorkloadCells.Of(kind.Resource),
            _ => CoreCells.Of(kind.Resource),
        },
        "apps" or "batch" or "autoscaling" => WorkloadCells.Of(kind.Resource),
        "networking.k8s.io" or "discovery.k8s.io" => NetworkCells.Of(kind.Resource),
        "events.k8s.io" => EventCells.Make,
        _ => OtherCells.Of(kind.Resource),
    };
}
