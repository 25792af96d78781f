using System.Globalization;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>The variables that tell a container where the services are: <c>NAME_SERVICE_HOST</c> and its relatives.</summary>
public static class ServiceEnvironment
{
    private const string MasterService = "kubernetes";

    /// <summary>The variables of services, in the order in which Kubernetes makes them; services without a cluster IP have none.</summary>
    /// <param name="services">The services.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> FromServices(IEnumerable<Service> services)
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (var service in services)
        {
            if (HasClusterIP(service))
                AddService(service, variables);
        }
        return variables;
    }

    /// <summary>
    /// The variables that a pod gets: those of <c>default/kubernetes</c> always, those of its own namespace when service links are
    /// enabled. A service named <c>kubernetes</c> in the pod's own namespace takes the place of the one in <c>default</c>.
    /// </summary>
    /// <param name="podNamespace">The pod's namespace.</param>
    /// <param name="enableServiceLinks">The pod's <c>enableServiceLinks</c>; null is true, the default.</param>
    /// <param name="services">All services, of whatever namespace.</param>
    public static IReadOnlyDictionary<string, string> ForPod(string podNamespace, bool? enableServiceLinks, IEnumerable<Service> services)
    {
        // Sorted, so that a name that two services make goes to the same one every time.
        var visible = new SortedDictionary<string, Service>(ByteOrder.Instance);
        foreach (var service in services)
        {
            var name = service.Metadata.Name ?? "";
            if (!HasClusterIP(service))
                continue;
            if (service.Metadata.Namespace == "default" && name == MasterService)
                visible.TryAdd(name, service);
            else if (service.Metadata.Namespace == podNamespace && enableServiceLinks != false)
                visible[name] = service;
        }
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in FromServices(visible.Values))
            variables[name] = value;
        return variables;
    }

    private static bool HasClusterIP(Service service) => service.Spec.ClusterIP is not (null or "" or "None");

    private static void AddService(Service service, List<KeyValuePair<string, string>> variables)
    {
        if (service.Spec.Ports is not [var first, ..] ports)
            return;
        var address = service.Spec.ClusterIP!;
        var prefix = VariableName(service.Metadata.Name ?? "");
        Add(prefix + "_SERVICE_HOST", address);
        Add(prefix + "_SERVICE_PORT", Text(first.Port));
        foreach (var port in ports)
        {
            if (!string.IsNullOrEmpty(port.Name))
                Add($"{prefix}_SERVICE_PORT_{VariableName(port.Name)}", Text(port.Port));
        }
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        foreach (var port in ports)
        {
            var protocol = string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;
            var scheme = protocol.ToLowerInvariant();
            var url = $"{scheme}://{host}:{Text(port.Port)}";
            if (port == first)
                Add(prefix + "_PORT", url);
            var portPrefix = $"{prefix}_PORT_{Text(port.Port)}_{protocol.ToUpperInvariant()}";
            Add(portPrefix, url);
            Add(portPrefix + "_PROTO", scheme);
            Add(portPrefix + "_PORT", Text(port.Port));
            Add(portPrefix + "_ADDR", address);
        }

        void Add(string name, string value) => variables.Add(new(name, value));
    }

    private static string VariableName(string name) => name.Replace('-', '_').ToUpperInvariant();

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
