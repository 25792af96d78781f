using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.DownwardApi;

namespace Podkit.Cli.Identity;

/// <summary>Gathers what a process can know about its pod without asking anyone: environment, downwardAPI files, the service-account mount.</summary>
internal sealed class PodFacts(Func<string, string?> environment, string root)
{
    private static readonly (string Name, string[] Variables)[] Conventions =
    [
        ("name", ["POD_NAME", "MY_POD_NAME", "K8S_POD_NAME", "KUBERNETES_POD_NAME"]),
        ("namespace", ["POD_NAMESPACE", "MY_POD_NAMESPACE", "K8S_NAMESPACE", "KUBERNETES_NAMESPACE"]),
        ("uid", ["POD_UID", "MY_POD_UID", "K8S_POD_UID"]),
        ("node", ["NODE_NAME", "MY_NODE_NAME", "K8S_NODE_NAME", "KUBERNETES_NODE_NAME"]),
        ("serviceAccount", ["SERVICE_ACCOUNT", "POD_SERVICE_ACCOUNT", "MY_POD_SERVICE_ACCOUNT"]),
        ("podIP", ["POD_IP", "MY_POD_IP", "K8S_POD_IP"]),
        ("hostIP", ["HOST_IP", "MY_HOST_IP", "NODE_IP", "K8S_NODE_IP"]),
    ];

    private readonly List<KnownValue> values = [];
    private readonly List<string> problems = [];

    /// <summary>The directory of the service-account mount; below <c>PODKIT_VOLUMES</c> in the plain runtime.</summary>
    public string ServiceAccountDirectory => Volumes("var/run/secrets/kubernetes.io/serviceaccount");

    public IReadOnlyList<string> Problems => problems;

    public IReadOnlyList<KnownValue> Gather()
    {
        foreach (var (name, variables) in Conventions)
            if (Array.Find(variables, v => !string.IsNullOrEmpty(environment(v))) is { } variable) Add(name, environment(variable)!, $"environment variable {variable}");
        ServiceAccount();
        if (!values.Exists(v => v.Name == "name") && environment("KUBERNETES_SERVICE_HOST") is not null && environment("HOSTNAME") is { Length: > 0 } host)
            Add("name", host, "environment variable HOSTNAME (the pod's name unless spec.hostname says otherwise)");
        PodInfo("labels");
        PodInfo("annotations");
        return values;
    }

    private string Volumes(string path) => Path.Combine(environment("PODKIT_VOLUMES") is { Length: > 0 } volumes ? volumes : root, path);

    private void Add(string name, string value, string source)
    {
        if (!values.Exists(v => v.Name == name)) values.Add(new KnownValue(name, value, source));
    }

    private void PodInfo(string name)
    {
        var file = Path.Combine(Volumes("etc/podinfo"), name);
        if (!File.Exists(file)) return;
        try
        {
            foreach (var (key, value) in WholeMap.ParseUtf8(File.ReadAllBytes(file))) values.Add(new KnownValue($"{name}[{key}]", value, $"file {file}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            problems.Add($"{file}: {e.Message}");
        }
    }

    private void ServiceAccount()
    {
        var directory = ServiceAccountDirectory;
        if (!Directory.Exists(directory)) return;
        if (Read(Path.Combine(directory, "namespace")) is { Length: > 0 } ns) Add("namespace", ns, $"file {directory}/namespace");
        if (Read(Path.Combine(directory, "token")) is { Length: > 0 } token && Claims(token) is { } claims)
        {
            var source = $"claims of {directory}/token";
            var bound = claims["kubernetes.io"] as JsonObject;
            if (Text(bound?["pod"]?["name"]) is { } pod) Add("name", pod, source);
            if (Text(bound?["pod"]?["uid"]) is { } uid) Add("uid", uid, source);
            if (Text(bound?["node"]?["name"]) is { } node) Add("node", node, source);
            if (Text(bound?["serviceaccount"]?["name"]) is { } account) Add("serviceAccount", account, source);
            if (claims["exp"] is JsonValue exp && exp.TryGetValue<long>(out var seconds))
                Add("tokenExpires", DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), source);
        }
    }

    private string? Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: {e.Message}");
            return null;
        }
    }

    /// <summary>The claims of a token that this process itself presents; their signature is the API server's to check.</summary>
    private JsonObject? Claims(string token)
    {
        try
        {
            return token.Split('.') is [_, var payload, _] ? JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload)) as JsonObject : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            problems.Add($"{ServiceAccountDirectory}/token: its claims cannot be read");
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;
}
