using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of containers, init containers and ephemeral containers.</summary>
internal static partial class ContainerDefaults
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] Hooks = ["postStart", "preStop"];

    /// <summary>Fills in a container.</summary>
    public static void Apply(JsonObject container)
    {
        container.DefaultText("imagePullPolicy", Tag(container.Text("image")) == "latest" ? "Always" : "IfNotPresent");
        container.DefaultText("terminationMessagePath", "/dev/termination-log");
        container.DefaultText("terminationMessagePolicy", "File");
        foreach (var port in container.Objects("ports")) port.DefaultText("protocol", "TCP");
        foreach (var variable in container.Objects("env"))
        {
            if (variable.Object("valueFrom")?.Object("fieldRef") is { } reference) reference.DefaultText("apiVersion", "v1");
        }

        foreach (var name in Probes)
        {
            if (container.Object(name) is { } probe) ApplyToProbe(probe);
        }

        foreach (var name in Hooks)
        {
            if (container.Object("lifecycle")?.Object(name)?.Object("httpGet") is { } get) ApplyToHttpGet(get);
        }
    }

    /// <summary>The tag of an image name: <c>latest</c> when there is neither tag nor digest, empty when the name is malformed.</summary>
    public static string Tag(string image)
    {
        var match = ImageName().Match(image);
        if (!match.Success) return "";
        if (match.Groups["tag"].Success) return match.Groups["tag"].Value;
        return match.Groups["digest"].Success ? "" : "latest";
    }

    private static void ApplyToProbe(JsonObject probe)
    {
        probe.DefaultNonZero("timeoutSeconds", 1);
        probe.DefaultNonZero("periodSeconds", 10);
        probe.DefaultNonZero("successThreshold", 1);
        probe.DefaultNonZero("failureThreshold", 3);
        if (probe.Object("httpGet") is { } get) ApplyToHttpGet(get);
    }

    private static void ApplyToHttpGet(JsonObject get)
    {
        get.DefaultText("path", "/");
        get.DefaultText("scheme", "HTTP");
    }

    [GeneratedRegex(
        @"^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?"
        + @"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
        + @"(?::(?<tag>[\w][\w.-]{0,127}))?(?<digest>@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex ImageName();
}
