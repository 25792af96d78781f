using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Authorization;

/// <summary>Requests as the server hands them to strategies and handlers.</summary>
internal static class TestRequests
{
    public static UserInfo Reader { get; } = new(
        "system:serviceaccount:g-rbac:reader", ["system:serviceaccounts", "system:serviceaccounts:g-rbac", "system:authenticated"]);

    public static UserInfo Admin { get; } = new("kubernetes-admin", [UserInfo.Masters, "system:authenticated"]);

    public static OperationContext Context(IObjectReader objects, UserInfo user, string group, string resource, string ns, string name, string subresource = "", Operation operation = Operation.Create, TimeProvider? time = null)
    {
        var kind = ResourceTable.Get(group, "v1", resource);
        return new OperationContext
        {
            Operation = operation,
            Kind = kind,
            Request = new RequestInfo
            {
                Path = kind.Path(ns, name, subresource.Length == 0 ? null : subresource),
                Verb = operation == Operation.Create ? "create" : "update",
                IsResource = true,
                Group = group,
                Version = "v1",
                Resource = resource,
                Subresource = subresource,
                Namespace = ns,
                Name = operation == Operation.Create && subresource.Length == 0 ? "" : name,
            },
            User = user,
            Objects = objects,
            Time = time ?? TimeProvider.System,
            Namespace = ns,
            Name = name,
        };
    }

    public static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
