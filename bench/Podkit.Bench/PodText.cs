using System.Globalization;
using System.Text;

namespace Podkit.Bench;

/// <summary>A pod as a Deployment makes it and a kubelet reports it, with what all have in common and what each has of its own; 3 KB, a fifth of it managed fields.</summary>
internal static class PodText
{
    /// <summary>A number between percent signs is what differs.</summary>
    private const string Template = """
        {"metadata":{"name":"app-%0%-%1%-%2%","generateName":"app-%0%-%1%-","namespace":"team-%3%","uid":"%4%-5f0c-4a7e-9d52-%5%","resourceVersion":"%6%","creationTimestamp":"2026-01-31T12:%7%:%8%Z","labels":{"app.kubernetes.io/name":"app-%0%","app.kubernetes.io/part-of":"shop","pod-template-hash":"%1%"},"annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"8080"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-%0%-%1%","uid":"%9%-1111-4a7e-9d52-0123456789ab","controller":true,"blockOwnerDeletion":true}],"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-01-31T12:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/name":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"%9%-1111-4a7e-9d52-0123456789ab\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{},"f:image":{},"f:name":{},"f:resources":{}}},"f:restartPolicy":{}}}},{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"2026-01-31T12:00:05Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{},"f:containerStatuses":{},"f:phase":{},"f:podIP":{}}},"subresource":"status"}]},"spec":{"volumes":[{"name":"kube-api-access-%10%","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],"containers":[{"name":"app","image":"registry.example.com/shop/app-%0%:1.2.3","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],"env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}},{"name":"LOG_LEVEL","value":"info"}],"resources":{"limits":{"memory":"256Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},"volumeMounts":[{"name":"kube-api-access-%10%","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","nodeName":"node-%11%","schedulerName":"default-scheduler","priority":0,"enableServiceLinks":true},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-01-31T12:00:05Z"},{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-01-31T12:00:00Z"}],"hostIP":"192.168.1.%12%","podIP":"%13%","podIPs":[{"ip":"%13%"}],"startTime":"2026-01-31T12:00:00Z","containerStatuses":[{"name":"app","state":{"running":{"startedAt":"2026-01-31T12:00:04Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example.com/shop/app-%0%:1.2.3","imageID":"registry.example.com/shop/app-%0%@sha256:%14%","containerID":"containerd://%15%","started":true}],"qosClass":"Burstable"}}
        """;

    private const string VersionMark = "\"resourceVersion\":\"";

    public static byte[] Json(int i)
    {
        var (app, node) = (i % 200, i % 100);
        var hash = app.ToString("x8", CultureInfo.InvariantCulture) + "f9";
        var ip = string.Create(CultureInfo.InvariantCulture, $"10.{i / 62500}.{i / 250 % 250}.{(i % 250) + 1}");
        string[] values =
        [
            Convert.ToString(app, CultureInfo.InvariantCulture)!,
            hash,
            (i).ToString("x5", CultureInfo.InvariantCulture),
            Convert.ToString(i % 20, CultureInfo.InvariantCulture)!,
            (i).ToString("x8", CultureInfo.InvariantCulture),
            (i).ToString("x12", CultureInfo.InvariantCulture),
            Convert.ToString(100_000 + i, CultureInfo.InvariantCulture)!,
            (i / 60 % 60).ToString("00", CultureInfo.InvariantCulture),
            (i % 60).ToString("00", CultureInfo.InvariantCulture),
            (app).ToString("x8", CultureInfo.InvariantCulture),
            (i % 30000).ToString("x5", CultureInfo.InvariantCulture),
            Convert.ToString(node, CultureInfo.InvariantCulture)!,
            Convert.ToString(node + 1, CultureInfo.InvariantCulture)!,
            ip,
            (app).ToString("x64", CultureInfo.InvariantCulture),
            (i).ToString("x64", CultureInfo.InvariantCulture),
        ];
        var text = new StringBuilder(Template);
        for (var k = 0; k < values.Length; k++) text.Replace(string.Create(CultureInfo.InvariantCulture, $"%{k}%"), values[k]);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] WithVersion(byte[] pod, string version)
    {
        var text = Encoding.UTF8.GetString(pod);
        var at = text.IndexOf(VersionMark, StringComparison.Ordinal) + VersionMark.Length;
        return Encoding.UTF8.GetBytes(text[..at] + version + text[text.IndexOf('"', at)..]);
    }
}
