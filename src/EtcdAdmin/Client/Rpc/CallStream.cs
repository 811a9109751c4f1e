using EtcdAdmin.Client.Errors;
using Grpc.Core;

namespace EtcdAdmin.Client.Rpc;

/// <summary>A running call with many answers; in a duplex call also with many requests.</summary>
internal sealed class CallStream<TRequest, TResponse>(
    RpcMethod method, Uri endpoint, string? token, Asker asker, IDisposable call, IAsyncStreamReader<TResponse> answers,
    IClientStreamWriter<TRequest>? requests) : IDisposable
    where TRequest : class
    where TResponse : class
{
    private bool? _first;

    /// <summary>The endpoint that answers.</summary>
    public Uri Endpoint => endpoint;

    /// <summary>The token of the call; null without a user.</summary>
    public string? Token => token;

    /// <summary>Waits for the first answer: until then the call can be made again at another endpoint.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) => _first = await MoveNextAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Sends one more request. If the call has ended, the request is dropped, and the next read reports why.</summary>
    public async Task WriteAsync(TRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await requests!.WriteAsync(request, cancellationToken).ConfigureAwait(false); // duplex calls have it
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The next answer; null once the server has ended the call with success.</summary>
    /// <exception cref="EtcdRpcException">The server ended with an error, or the connection broke.</exception>
    public async Task<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        bool any = _first ?? await MoveNextAsync(cancellationToken).ConfigureAwait(false);
        _first = null;
        return any ? answers.Current : null;
    }

    /// <summary>Ends the call; a running one is reset, so that the server stops too.</summary>
    public void Dispose() => call.Dispose();

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await answers.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw CallFailure.From(e, endpoint, method.Path, asker, cancellationToken);
        }
    }
}
