using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>Keeps the rules of aggregated cluster roles.</summary>
internal static class ClusterRoleAggregation
{
    public static void Run(ServerServices services)
    {
        foreach (var (role, rules) in RoleAggregation.Outdated(services.Store.List(RbacKinds.ClusterRole)))
        {
            var document = role.ToJson();
            document["rules"] = new JsonArray([.. rules.Select(r => JsonSerializer.SerializeToNode(r, KubernetesJson.Default.RbacV1PolicyRule))]);
            services.Store.Update(role, StoredDocument.Of(RbacKinds.ClusterRole, document));
        }
    }
}
