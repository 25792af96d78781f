using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Podkit.Node.Pods;

namespace Podkit.Node.Probes;

/// <summary>Asks a gRPC server's health service (grpc.health.v1.Health/Check), over cleartext HTTP/2.</summary>
internal sealed class GrpcProber(HttpMessageInvoker http, string host, int port, string service) : IProber
{
    private const int Serving = 1;
    private const int LongestAnswer = 4096;
    private static readonly string[] Statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

    private string Address => DialMessages.Join(host, port);

    public async Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await CheckAsync(limit.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            var cause = e.InnerException is SocketException socket ? DialMessages.Of(socket, Address) : e.Message;
            return ProbeOutcome.Failed($"error: failed to connect service at \"{Address}\": {cause}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failed($"timeout: failed to connect service \"{Address}\" within {GoDuration.Format(timeout)}: context deadline exceeded");
        }
    }

    private async Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{Address}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.34");
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return Judge(GrpcStatus(response), body);
    }

    private ProbeOutcome Judge(int grpcStatus, byte[] body)
    {
        if (grpcStatus == 12) return ProbeOutcome.Failed($"error: this server does not implement the grpc health protocol (grpc.health.v1.Health): service \"{service}\"");
        if (grpcStatus != 0) return ProbeOutcome.Failed($"error: health rpc probe failed: grpc status {grpcStatus}");
        var status = StatusOf(body);
        return status == Serving ? ProbeOutcome.Ok : ProbeOutcome.Failed($"service unhealthy (responded with \"{(status < Statuses.Length ? Statuses[status] : "UNKNOWN")}\")");
    }

    private static int GrpcStatus(HttpResponseMessage response)
    {
        var headers = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : response.Headers.TryGetValues("grpc-status", out var leading) ? leading : [];
        return int.TryParse(headers.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 2;
    }

    /// <summary>A HealthCheckRequest (field 1: the service) in its length-prefixed frame.</summary>
    private static byte[] Frame(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        List<byte> message = [];
        if (name.Length > 0)
        {
            message.Add(0x0a);
            for (var length = name.Length; ; length >>= 7)
            {
                message.Add((byte)(length > 0x7f ? (length & 0x7f) | 0x80 : length));
                if (length <= 0x7f) break;
            }
            message.AddRange(name);
        }
        var frame = new byte[5 + message.Count];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Count);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>Field 1 of the HealthCheckResponse; 0 when it is absent, as proto3 leaves out zeroes.</summary>
    private static int StatusOf(byte[] body) => body.Length >= 7 && body[0] == 0 && body[5] == 0x08 ? body[6] : 0;
}
