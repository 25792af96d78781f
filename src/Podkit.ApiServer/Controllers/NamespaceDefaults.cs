using System.Text.Json.Nodes;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>What every namespace has: the service account <c>default</c> and the ConfigMap <c>kube-root-ca.crt</c>.</summary>
internal sealed class NamespaceDefaults(IObjectStore store, TimeProvider time, string authorityPem)
{
    public const string ServiceAccount = "default";
    public const string AuthorityConfigMap = "kube-root-ca.crt";
    private const string Component = "kube-controller-manager";

    private const string Description =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

    /// <summary>Creates what is missing.</summary>
    public void Ensure(string ns)
    {
        Create(Kinds.ServiceAccounts, ns, ServiceAccount, _ => { });
        Create(Kinds.ConfigMaps, ns, AuthorityConfigMap, document =>
        {
            ((JsonObject)document["metadata"]!)["annotations"] = new JsonObject { ["kubernetes.io/description"] = Description };
            document["data"] = new JsonObject { ["ca.crt"] = authorityPem };
            FieldOwnership.OfComponent(document, Component, time.GetUtcNow());
        });
    }

    private void Create(ResourceKind kind, string ns, string name, Action<JsonObject> fill)
    {
        if (store.Find(kind, ns, name) is not null) return;
        var document = SystemObjects.New(kind, ns, name, time);
        fill(document);
        store.Create(StoredDocument.Of(kind, document));
    }
}
