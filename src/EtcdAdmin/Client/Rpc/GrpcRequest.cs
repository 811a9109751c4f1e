using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Builds the HTTP/2 requests of gRPC calls.</summary>
/// <remarks>Source: gRPC <c>doc/PROTOCOL-HTTP2.md</c>, "Requests".</remarks>
internal static class GrpcRequest
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");
    private static readonly TransferCodingWithQualityHeaderValue Trailers = new("trailers");

    // grpc-timeout takes at most eight digits.
    private const long MaxTimeoutValue = 99_999_999;

    /// <summary>A request for <paramref name="method"/> with a body of one framed message or a stream of them.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="method">The call.</param>
    /// <param name="body">Its messages.</param>
    /// <param name="token">etcd's token for the user; null without a user.</param>
    /// <param name="timeout">Sent to the server, which then stops by itself; null sends none.</param>
    public static HttpRequestMessage Create(Uri endpoint, RpcMethod method, HttpContent body, string? token, TimeSpan? timeout)
    {
        body.Headers.ContentType = ContentType;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, method.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.TE.Add(Trailers);
        // etcd's own metadata keys: api/v3rpc/rpctypes/metadatafields.go.
        if (token is not null) request.Headers.TryAddWithoutValidation("token", token);
        if (method.RequiresLeader) request.Headers.TryAddWithoutValidation("hasleader", "true");
        if (timeout is { } limit) request.Headers.TryAddWithoutValidation("grpc-timeout", FormatTimeout(limit));
        return request;
    }

    /// <summary>One message with its prefix.</summary>
    public static byte[] Frame(IMessage message)
    {
        int size = message.CalculateSize();
        byte[] framed = new byte[GrpcFrameReader.PrefixSize + size];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), size);
        message.WriteTo(framed.AsSpan(GrpcFrameReader.PrefixSize));
        return framed;
    }

    /// <summary>A time in gRPC's format: milliseconds, or seconds if the milliseconds have too many digits.</summary>
    internal static string FormatTimeout(TimeSpan timeout)
    {
        long milliseconds = Math.Max(1, (long)Math.Ceiling(timeout.TotalMilliseconds));
        return milliseconds <= MaxTimeoutValue
            ? milliseconds.ToString(CultureInfo.InvariantCulture) + "m"
            : Math.Min(milliseconds / 1000, MaxTimeoutValue).ToString(CultureInfo.InvariantCulture) + "S";
    }
}
