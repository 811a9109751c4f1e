using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>A call with requests and answers in both directions.</summary>
internal sealed class GrpcDuplex<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method, GrpcRequestStream requests, GrpcResponse response, string? token) : IDisposable
    where TRequest : IMessage
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>The endpoint that answers.</summary>
    public Uri Endpoint => response.Endpoint;

    /// <summary>The token of the call; null without a user.</summary>
    public string? Token => token;

    /// <summary>Sends one more request.</summary>
    public void Write(TRequest request) => requests.Write(request);

    /// <summary>The next answer; null once the server has ended the call with success.</summary>
    public async Task<TResponse?> ReadAsync(CancellationToken cancellationToken) =>
        await response.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message
            ? GrpcMessages.Parse(method, message, response.Endpoint)
            : null;

    public void Dispose()
    {
        requests.Complete();
        response.Dispose();
    }
}
