using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of a pod's volumes.</summary>
internal static class VolumeDefaults
{
    private const int FileMode = 420;

    /// <summary>Fills in a volume. One without a source is an empty directory.</summary>
    public static void Apply(JsonObject volume)
    {
        if (volume.All(field => field.Key == "name" || field.Value is null)) volume["emptyDir"] = new JsonObject();
        volume.Object("secret")?.DefaultNumber("defaultMode", FileMode);
        volume.Object("configMap")?.DefaultNumber("defaultMode", FileMode);
        if (volume.Object("downwardAPI") is { } downward) ApplyToDownward(downward);
        if (volume.Object("projected") is { } projected) ApplyToProjected(projected);
        if (volume.Object("hostPath") is { } host && host["type"] is null) host["type"] = "";
        if (volume.Object("ephemeral")?.Object("volumeClaimTemplate") is { } claim) ApplyToClaim(claim.EnsureObject("spec"));
        if (volume.Object("image") is { } image) image.DefaultText("pullPolicy", ContainerDefaults.Tag(image.Text("reference")) == "latest" ? "Always" : "IfNotPresent");
    }

    /// <summary>Fills in the spec of a claim.</summary>
    public static void ApplyToClaim(JsonObject spec)
    {
        if (spec["volumeMode"] is null) spec["volumeMode"] = "Filesystem";
    }

    private static void ApplyToDownward(JsonObject downward)
    {
        downward.DefaultNumber("defaultMode", FileMode);
        ApplyToItems(downward);
    }

    private static void ApplyToProjected(JsonObject projected)
    {
        projected.DefaultNumber("defaultMode", FileMode);
        foreach (var source in projected.Objects("sources"))
        {
            source.Object("serviceAccountToken")?.DefaultNumber("expirationSeconds", 3600);
            if (source.Object("downwardAPI") is { } downward) ApplyToItems(downward);
        }
    }

    private static void ApplyToItems(JsonObject downward)
    {
        foreach (var item in downward.Objects("items")) item.Object("fieldRef")?.DefaultText("apiVersion", "v1");
    }
}
