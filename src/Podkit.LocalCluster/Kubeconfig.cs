using System.Text;
using System.Text.Json.Nodes;
using Podkit.Client;
using Podkit.Model.Yaml;

namespace Podkit.LocalCluster;

/// <summary>Reads the kubeconfig that the cluster's own server has made, without a file.</summary>
internal static class Kubeconfig
{
    public static KubernetesClientConfiguration Read(string text)
    {
        var root = YamlDocuments.Parse(text, "kubeconfig")[0].Root!;
        var cluster = root["clusters"]![0]!["cluster"]!;
        var user = root["users"]![0]!["user"]!;
        return new KubernetesClientConfiguration(new Uri(cluster["server"]!.GetValue<string>()))
        {
            Origin = "local cluster",
            CertificateAuthorityData = Pem(cluster["certificate-authority-data"]!),
            ClientCertificateData = Pem(user["client-certificate-data"]!),
            ClientKeyData = Pem(user["client-key-data"]!),
        };
    }

    private static string Pem(JsonNode data) => Encoding.ASCII.GetString(Convert.FromBase64String(data.GetValue<string>()));
}
