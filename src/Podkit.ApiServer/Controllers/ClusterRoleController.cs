using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Controllers;

/// <summary>Aggregates cluster roles when one of them changes.</summary>
internal sealed class ClusterRoleController(ServerServices services) : IController
{
    public string Name => "clusterrole-aggregation";

    public DateTimeOffset? Due => null;

    public void Resync() => ClusterRoleAggregation.Run(services);

    public void Handle(StoreEvent written)
    {
        if (written.Object.Kind == RbacKinds.ClusterRole) ClusterRoleAggregation.Run(services);
    }

    public void Tick()
    {
    }
}
