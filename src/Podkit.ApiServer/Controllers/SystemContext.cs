using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Controllers;

/// <summary>Requests that the server makes of itself.</summary>
internal static class SystemContext
{
    /// <summary>The deletion of an object.</summary>
    public static OperationContext Of(ServerServices services, StoredObject item) => new()
    {
        Operation = Operation.Delete,
        Kind = item.Kind,
        Request = new RequestInfo
        {
            Path = item.Kind.Path(item.Namespace, item.Name),
            Verb = "delete",
            IsResource = true,
            Group = item.Kind.Group,
            Version = item.Kind.Version,
            Resource = item.Kind.Resource,
            Namespace = item.Namespace,
            Name = item.Name,
            HasNameInPath = true,
        },
        User = UserInfo.Server,
        Objects = services.Store,
        Time = services.Time,
        Namespace = item.Namespace,
        Name = item.Name,
    };
}
