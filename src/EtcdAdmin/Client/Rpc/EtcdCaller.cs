using EtcdAdmin.Client.Errors;
using EtcdAdmin.Errors;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>How long a call may take and whether it is repeated.</summary>
internal sealed record CallSettings(TimeSpan? Timeout, bool Retry);

/// <summary>Makes calls: chooses endpoints, adds the token, keeps the deadline, repeats what may be repeated.</summary>
internal sealed class EtcdCaller(EtcdConnection connection, EndpointSet endpoints, CallSettings settings)
{
    // Where nobody listens on any endpoint, waiting longer seldom helps: about a second in all, for members that just restart.
    private const int MaxConnectRounds = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>One attempt of a call at one endpoint.</summary>
    private delegate Task<T> Attempt<T>(Uri endpoint, string? token, Deadline deadline);

    /// <summary>The clock that waits go by.</summary>
    public TimeProvider Clock => connection.Clock;

    /// <summary>As whom the calls are made.</summary>
    public Asker Asker => connection.Transport.Asker;

    /// <summary>The next call asks for a new token, unless another call has done so meanwhile.</summary>
    public void ForgetToken(string? token) => connection.ForgetToken(token);

    /// <summary>Waits a moment before a broken stream is opened anew, lest a server that ends it at once be asked without pause.</summary>
    public Task PauseBeforeReopenAsync(CancellationToken cancellationToken) =>
        Task.Delay(Backoff(rounds: 1), connection.Clock, cancellationToken);

    /// <summary>One request, one answer.</summary>
    public Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage
        where TResponse : IMessage<TResponse> =>
        RunAsync(
            method,
            (endpoint, token, deadline) => connection.Transport.UnaryAsync(method, request, endpoint, token, deadline),
            cancellationToken);

    /// <summary>One request, many answers; the deadline bounds the wait for the first alone.</summary>
    public Task<GrpcResponse> OpenStreamAsync(RpcMethod method, IMessage request, CancellationToken cancellationToken) =>
        RunAsync(
            method,
            (endpoint, token, deadline) => connection.Transport.SendAsync(
                endpoint, method, new ByteArrayContent(GrpcRequest.Frame(request)), token, timeout: null, deadline.Token),
            cancellationToken);

    /// <summary>Requests and answers as they come; the deadline bounds the wait for the first answer alone.</summary>
    public Task<GrpcDuplex<TRequest, TResponse>> OpenDuplexAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest first, CancellationToken cancellationToken)
        where TRequest : IMessage
        where TResponse : class, IMessage<TResponse> =>
        RunAsync(method, async (endpoint, token, deadline) =>
        {
            var requests = new GrpcRequestStream();
            try
            {
                requests.Write(first);
                GrpcResponse response = await connection.Transport.SendAsync(
                    endpoint, method, requests, token, timeout: null, deadline.Token).ConfigureAwait(false);
                return new GrpcDuplex<TRequest, TResponse>(method, requests, response, token);
            }
            catch
            {
                requests.Complete();
                throw;
            }
        }, cancellationToken);

    private async Task<T> RunAsync<T>(RpcMethod method, Attempt<T> attempt, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(method.Waits ? null : settings.Timeout, connection.Clock, cancellationToken);
        EtcdRpcException? last = null;
        bool tokenRenewed = false;
        int position = endpoints.Preferred;
        for (int attempts = 1; ; attempts++)
        {
            Uri endpoint = endpoints[position];
            string? token = null;
            bool sent = false;
            using var share = new Deadline(Share(method, deadline, attempts), connection.Clock, deadline.Token);
            try
            {
                token = await connection.GetTokenAsync(endpoint, share).ConfigureAwait(false);
                sent = true;
                T result = await attempt(endpoint, token, share).ConfigureAwait(false);
                endpoints.Prefer(position);
                return result;
            }
            catch (Exception e) when (CanMeanExpiry(e) && IsOver(method, deadline, share) && !cancellationToken.IsCancellationRequested)
            {
                endpoints.PassOver(position);
                throw RpcErrors.Timeout(endpoint, method.Path, deadline.Limit.GetValueOrDefault(), last);
            }
            catch (Exception e) when (CanMeanExpiry(e) && share.HasExpired && !cancellationToken.IsCancellationRequested)
            {
                last = RpcErrors.Timeout(endpoint, method.Path, share.Limit.GetValueOrDefault(), last);
            }
            catch (EtcdRpcException e) when (sent && !tokenRenewed && connection.TryForgetToken(e, token))
            {
                tokenRenewed = true;
                attempts--;
                continue;
            }
            catch (EtcdRpcException e) when (MayGoOn(method, e, sent))
            {
                last = e;
            }

            endpoints.PassOver(position);
            position++;
            if (attempts % endpoints.Count == 0)
                await PauseAsync(attempts / endpoints.Count, last, deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The time one attempt has: a member that is silent must leave some for the others, if the call may be repeated.</summary>
    private TimeSpan? Share(RpcMethod method, Deadline deadline, int attempts) =>
        method.Repeatable && attempts % endpoints.Count != 0 ? deadline.Remaining / 2 : deadline.Remaining;

    // A call that may not be repeated has all the time in one attempt, so either clock ends it: were the attempt's a moment ahead
    // of the whole's, a write that may have happened would be sent again.
    private static bool IsOver(RpcMethod method, Deadline whole, Deadline attempt) =>
        whole.HasExpired || (!method.Repeatable && attempt.HasExpired);

    /// <summary>Our own timer, or the server's: grpc-go resets the stream of a call whose deadline has passed.</summary>
    private static bool CanMeanExpiry(Exception error) =>
        error is OperationCanceledException or EtcdRpcException { ErrorId: EtcdErrorIds.ConnectionLost };

    /// <summary>What failed may be tried at the next endpoint: it is worth it, and a change cannot happen twice.</summary>
    private static bool MayGoOn(RpcMethod method, EtcdRpcException error, bool sent) =>
        (error.IsTransient || error.ErrorId == EtcdErrorIds.TlsFailed) && (!sent || error.NotApplied || method.Repeatable);

    /// <summary>Waits before the endpoints are tried once more; throws <paramref name="last"/> where that is pointless.</summary>
    private async Task PauseAsync(int rounds, EtcdRpcException last, Deadline deadline, CancellationToken cancellationToken)
    {
        TimeSpan pause = Backoff(rounds);
        bool pointless = !settings.Retry
            || last.ErrorId == EtcdErrorIds.TlsFailed
            || (last.ErrorId == EtcdErrorIds.ConnectFailed && rounds >= MaxConnectRounds)
            || deadline.Remaining <= pause;
        if (pointless) throw last;
        await Task.Delay(pause, connection.Clock, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Doubles from round to round; a random half of it keeps many clients from coming back in step.</summary>
    private static TimeSpan Backoff(int rounds)
    {
        TimeSpan full = FirstPause * Math.Pow(2, Math.Min(rounds - 1, 10));
        return (full < LongestPause ? full : LongestPause) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
