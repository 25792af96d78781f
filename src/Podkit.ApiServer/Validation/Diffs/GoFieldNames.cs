using System.Collections.Frozen;

namespace Podkit.ApiServer.Validation;

/// <summary>The names that Go's structs give to fields.</summary>
internal static class GoFieldNames
{
    private static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["apiVersion"] = "APIVersion",
        ["awsElasticBlockStore"] = "AWSElasticBlockStore",
        ["cephfs"] = "CephFS",
        ["csi"] = "CSI",
        ["diskURI"] = "DataDiskURI",
        ["dnsConfig"] = "DNSConfig",
        ["dnsPolicy"] = "DNSPolicy",
        ["fc"] = "FC",
        ["fsGroup"] = "FSGroup",
        ["fsGroupChangePolicy"] = "FSGroupChangePolicy",
        ["fsType"] = "FSType",
        ["gcePersistentDisk"] = "GCEPersistentDisk",
        ["gmsaCredentialSpec"] = "GMSACredentialSpec",
        ["gmsaCredentialSpecName"] = "GMSACredentialSpecName",
        ["grpc"] = "GRPC",
        ["httpGet"] = "HTTPGet",
        ["httpHeaders"] = "HTTPHeaders",
        ["ip"] = "IP",
        ["iqn"] = "IQN",
        ["iscsi"] = "ISCSI",
        ["iscsiInterface"] = "ISCSIInterface",
        ["nfs"] = "NFS",
        ["os"] = "OS",
        ["pdID"] = "PdID",
        ["pdName"] = "PDName",
        ["rbd"] = "RBD",
        ["image@RBDVolumeSource"] = "RBDImage",
        ["pool@RBDVolumeSource"] = "RBDPool",
        ["user@RBDVolumeSource"] = "RadosUser",
        ["monitors@RBDVolumeSource"] = "CephMonitors",
        ["endpoints@GlusterfsVolumeSource"] = "EndpointsName",
        ["seLinuxChangePolicy"] = "SELinuxChangePolicy",
        ["seLinuxOptions"] = "SELinuxOptions",
        ["sslEnabled"] = "SSLEnabled",
        ["storageos"] = "StorageOS",
        ["tcpSocket"] = "TCPSocket",
        ["tty"] = "TTY",
        ["chapAuthDiscovery"] = "DiscoveryCHAPAuth",
        ["chapAuthSession"] = "SessionCHAPAuth",
        ["uid"] = "UID",
        ["wwids"] = "WWIDs",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The Go name of a field.</summary>
    /// <param name="owner">The short name of its struct.</param>
    /// <param name="field">Its JSON name.</param>
    public static string Of(string owner, string field) =>
        Irregular.TryGetValue($"{field}@{owner}", out var own) || Irregular.TryGetValue(field, out own) ? own : char.ToUpperInvariant(field[0]) + field[1..];
}
