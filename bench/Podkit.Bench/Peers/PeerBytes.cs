using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Protobuf;

namespace Podkit.Bench.Peers;

/// <summary>What a server says of the pods, made before: as a list, in pages, as a streaming list, and as bursts of changes of every pod.</summary>
internal sealed class PeerBytes
{
    public const int Bursts = 5;
    private const int PageSize = 500;
    private const string Initial = """{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"500000","annotations":{"k8s.io/initial-events-end":"true"}}}""";

    private readonly bool protobuf;

    private PeerBytes(bool protobuf, List<byte[]> pods)
    {
        this.protobuf = protobuf;
        List = Document(pods, "");
        Pages = protobuf ? [] : [.. pods.Chunk(PageSize).Select((chunk, i) => Document(chunk, (i + 1) * PageSize < pods.Count ? (i + 1).ToString(CultureInfo.InvariantCulture) : ""))];
        InitialEvents = Join(pods.Select(p => Frame("ADDED", p)).Append(Frame("BOOKMARK", Encoding.UTF8.GetBytes(Initial))));
        Changes = [.. Enumerable.Range(1, Bursts).Select(burst => Join(pods.Select((p, i) => Frame("MODIFIED", Changed(p, burst, i == pods.Count - 1 ? 999_999 : i)))))];
        WatchHead = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {(protobuf ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json")}\r\nConnection: close\r\n\r\n");
    }

    public byte[] List { get; }

    public byte[][] Pages { get; }

    public byte[] WatchHead { get; }

    public byte[] InitialEvents { get; }

    /// <summary>The version of the last pod of each ends with 999999.</summary>
    public byte[][] Changes { get; }

    public static PeerBytes Json(List<byte[]> pods) => new(false, pods);

    public static PeerBytes Protobuf(List<byte[]> pods) => new(true, pods);

    private byte[] Document(IReadOnlyList<byte[]> pods, string next)
    {
        var body = Join([
            Encoding.UTF8.GetBytes($$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"500000"{{(next.Length > 0 ? $",\"continue\":\"{next}\"" : "")}}},"items":["""),
            .. pods.SelectMany((p, i) => i == 0 ? new[] { p } : [","u8.ToArray(), p]),
            "]}"u8.ToArray(),
        ]);
        if (protobuf) body = ProtobufEncoder.Encode(JsonNode.Parse(body)!.AsObject());
        var type = protobuf ? "application/vnd.kubernetes.protobuf" : "application/json";
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];
    }

    /// <summary>An event as a watch sends it: a line, or a message behind its length.</summary>
    private byte[] Frame(string type, byte[] pod)
    {
        if (pod.AsSpan().IndexOf("\"kind\":\"Pod\""u8) != 1) pod = [.. "{\"kind\":\"Pod\",\"apiVersion\":\"v1\","u8, .. pod.AsSpan(1)];
        if (!protobuf) return [.. Encoding.ASCII.GetBytes($"{{\"type\":\"{type}\",\"object\":"), .. pod, (byte)'}', (byte)'\n'];
        ProtobufWriter raw = new(), message = new();
        raw.Bytes(1, ProtobufEncoder.Encode(JsonNode.Parse(pod)!.AsObject()));
        message.Text(1, type);
        message.Bytes(2, raw.Written);
        var frame = new byte[4 + message.Written.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Written.Length);
        message.Written.CopyTo(frame.AsSpan(4));
        return frame;
    }

    private static byte[] Changed(byte[] pod, int burst, int number) => PodText.WithVersion(pod, ((burst * 1_000_000) + number).ToString(CultureInfo.InvariantCulture));

    private static byte[] Join(IEnumerable<byte[]> parts)
    {
        using var all = new MemoryStream();
        foreach (var part in parts) all.Write(part);
        return all.ToArray();
    }
}
