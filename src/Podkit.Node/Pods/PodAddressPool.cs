using System.Net;
using System.Net.Sockets;

namespace Podkit.Node.Pods;

/// <summary>
/// Hands out the addresses of pods, each another one of a network. The first is taken at random, so that two nodes on one machine rarely meet.
/// </summary>
internal sealed class PodAddressPool
{
    private readonly Lock _gate = new();
    private readonly HashSet<uint> _taken = [];
    private readonly uint _network;
    private readonly uint _size;
    private uint _next;

    /// <param name="network">An IPv4 network in CIDR notation, such as <c>127.88.0.0/16</c>.</param>
    /// <param name="random">Where to begin.</param>
    /// <exception cref="ArgumentException">It is none, or too small.</exception>
    public PodAddressPool(string network, Random random)
    {
        if (!IPNetwork.TryParse(network, out var parsed) || parsed.BaseAddress.AddressFamily != AddressFamily.InterNetwork || parsed.PrefixLength is < 8 or > 28)
        {
            throw new ArgumentException($"NodeAgentOptions.PodNetwork must be an IPv4 network such as 127.88.0.0/16 with a prefix of 8 to 28 bits, not \"{network}\"", nameof(network));
        }
        _network = ToNumber(parsed.BaseAddress);
        _size = 1u << (32 - parsed.PrefixLength);
        _next = (uint)random.NextInt64(_size);
    }

    /// <summary>An address that no other pod has.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public string Take()
    {
        lock (_gate)
        {
            for (uint tried = 0; tried < _size; tried++)
            {
                var offset = _next;
                _next = (_next + 1) % _size;
                if (IsUsable(offset) && _taken.Add(offset)) return ToText(_network + offset);
            }
        }
        throw new InvalidOperationException("failed to allocate a pod address: all addresses of the pod network are taken");
    }

    public void Release(string address)
    {
        lock (_gate) _taken.Remove(ToNumber(IPAddress.Parse(address)) - _network);
    }

    /// <summary>Not what reads like the address of a network or a broadcast.</summary>
    private static bool IsUsable(uint offset) => (offset & 0xff) is not (0 or 0xff);

    private static uint ToNumber(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
    }

    private static string ToText(uint number) => $"{number >> 24}.{(number >> 16) & 0xff}.{(number >> 8) & 0xff}.{number & 0xff}";
}
