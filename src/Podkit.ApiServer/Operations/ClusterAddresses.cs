using System.Net;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Operations;

/// <summary>Gives Services their cluster IPs.</summary>
internal sealed class ClusterAddresses(IPNetwork range, IObjectReader objects)
{
    private static readonly ResourceKind Services = ResourceTable.Get("", "v1", "services");
    private readonly Lock gate = new();
    private uint next = 10;

    /// <summary>Sets <c>clusterIP</c> and what follows from it on a new Service that wants one.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="errors">Where it is said that the address asked for cannot be had.</param>
    public void Assign(JsonObject service, List<FieldError> errors)
    {
        var spec = service.Child("spec");
        var type = spec.Text("type");
        var wanted = spec.Text("clusterIP");
        if (type == "ExternalName" || wanted == "None") return;
        lock (gate)
        {
            var taken = objects.List(Services).Select(s => s.ToJson().TextAt("spec.clusterIP")).ToHashSet(StringComparer.Ordinal);
            if (wanted.Length == 0) wanted = Free(taken, errors);
            else if (taken.Contains(wanted)) errors.Add(Invalid(wanted, "failed to allocate IP " + wanted + ": provided IP is already allocated"));
            else if (!IPAddress.TryParse(wanted, out var address) || !range.Contains(address))
                errors.Add(Invalid(wanted, $"failed to allocate IP {wanted}: the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {range}"));
        }

        spec["clusterIP"] = wanted;
        if (spec["clusterIPs"] is not JsonArray { Count: > 0 }) spec["clusterIPs"] = new JsonArray(wanted);
    }

    private string Free(HashSet<string> taken, List<FieldError> errors)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        var first = ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
        var size = 1u << Math.Min(31, 32 - range.PrefixLength);
        for (uint tries = 0; tries < size; tries++)
        {
            var offset = next;
            next = next + 1 >= size - 1 ? 1 : next + 1;
            var value = first + Math.Max(1, offset % size);
            var address = new IPAddress([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]).ToString();
            if (!taken.Contains(address)) return address;
        }

        errors.Add(Invalid("", "failed to allocate a serviceIP: range is full"));
        return "";
    }

    private static FieldError Invalid(string address, string detail) =>
        FieldError.Invalid(FieldPath.Root("spec").Child("clusterIPs"), new JsonArray(address), detail);
}
