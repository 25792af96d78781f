using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;

namespace Podkit.ApiServer.Admission;

/// <summary>Lets a pod stay five minutes on a node that is not ready or cannot be reached, unless the pod says otherwise.</summary>
internal static class TolerationAdmission
{
    private const int Seconds = 300;
    private static readonly string[] Taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    public static void Admit(JsonObject pod)
    {
        var spec = pod.EnsureObject("spec");
        var missing = Taints.Where(taint => !spec.Objects("tolerations").Any(t => Tolerates(t, taint))).ToList();
        foreach (var taint in missing)
        {
            spec.EnsureList("tolerations").Append(new JsonObject
            {
                ["key"] = taint,
                ["operator"] = "Exists",
                ["effect"] = "NoExecute",
                ["tolerationSeconds"] = Seconds,
            });
        }
    }

    private static bool Tolerates(JsonObject toleration, string taint) =>
        (toleration.Text("key") == taint || toleration.Text("key").Length == 0) && (toleration.Text("effect") is "NoExecute" or "");
}
