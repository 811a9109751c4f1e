using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EtcdAdmin.Client.Errors;

namespace EtcdAdmin.Client.Rpc;

/// <summary>An incoming answer: messages, then the status in the trailers.</summary>
internal sealed class GrpcResponse : IDisposable
{
    private readonly Uri _endpoint;
    private readonly RpcMethod _method;
    private readonly HttpResponseMessage _http;
    private readonly GrpcFrameReader _frames;
    private readonly Asker _asker;
    private bool _ended;

    private GrpcResponse(Uri endpoint, RpcMethod method, HttpResponseMessage http, Stream body, Asker asker)
    {
        _asker = asker;
        _endpoint = endpoint;
        _method = method;
        _http = http;
        _frames = new GrpcFrameReader(body);
    }

    /// <summary>The endpoint that answers.</summary>
    public Uri Endpoint => _endpoint;

    /// <summary>Takes over an HTTP answer whose headers have arrived.</summary>
    /// <exception cref="EtcdRpcException">The answer is not gRPC, or it is an error without a message.</exception>
    public static async Task<GrpcResponse> OpenAsync(
        Uri endpoint, RpcMethod method, HttpResponseMessage http, Asker asker, CancellationToken cancellationToken)
    {
        try
        {
            CheckIsGrpc(endpoint, method, http);
            // An error before the first message is one block of headers that includes the status.
            if (StatusIn(http.Headers) is { } status and not GrpcStatusCode.Ok)
                throw RpcErrors.FromStatus(endpoint, method.Path, status, MessageIn(http.Headers), asker);
            Stream body = await http.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new GrpcResponse(endpoint, method, http, body, asker);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>The next message, valid until the next call; null once the server has ended the answer with success.</summary>
    /// <exception cref="EtcdRpcException">The server ended with an error, or the connection broke.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_ended) return null;
        try
        {
            if (await _frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message) return message;
        }
        catch (InvalidDataException e)
        {
            throw RpcErrors.Protocol(_endpoint, _method.Path, e.Message, e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw RpcErrors.ConnectionLost(_endpoint, _method.Path, refused: false, e);
        }

        _ended = true;
        HttpResponseHeaders trailers = _http.TrailingHeaders;
        GrpcStatusCode? status = StatusIn(trailers) ?? StatusIn(_http.Headers);
        // A stopping member ends its answers over TLS as if they were complete, but without a status.
        if (status is null)
            throw RpcErrors.ConnectionLost(
                _endpoint, _method.Path, refused: false, new EndOfStreamException("the answer ended without a gRPC status"));
        if (status != GrpcStatusCode.Ok) throw RpcErrors.FromStatus(_endpoint, _method.Path, status.Value, MessageIn(trailers), _asker);
        return null;
    }

    /// <summary>Ends the answer; a running one is reset, so that the server stops too.</summary>
    public void Dispose()
    {
        _http.Dispose();
        _frames.Dispose();
    }

    /// <summary>grpc-message is percent-encoded UTF-8; invalid escapes are kept unchanged.</summary>
    internal static string DecodeMessage(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal)) return encoded;
        byte[] bytes = new byte[encoded.Length];
        int count = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                bytes[count++] = value;
                i += 2;
            }
            else
            {
                bytes[count++] = (byte)encoded[i]; // outside of escapes the encoding is ASCII
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static void CheckIsGrpc(Uri endpoint, RpcMethod method, HttpResponseMessage http)
    {
        if (http.StatusCode != HttpStatusCode.OK)
            throw RpcErrors.Protocol(endpoint, method.Path, $"the answer is HTTP status {(int)http.StatusCode}, not gRPC");
        string? type = http.Content.Headers.ContentType?.MediaType;
        if (type is null || !type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
            throw RpcErrors.Protocol(endpoint, method.Path, $"the content type of the answer is '{type ?? "none"}', not gRPC's");
    }

    private static GrpcStatusCode? StatusIn(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out IEnumerable<string>? values)) return null;
        return int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out int code)
            && Enum.IsDefined((GrpcStatusCode)code)
                ? (GrpcStatusCode)code
                : GrpcStatusCode.Unknown;
    }

    private static string MessageIn(HttpResponseHeaders headers) =>
        headers.TryGetValues("grpc-message", out IEnumerable<string>? values) ? DecodeMessage(values.First()) : "";
}
