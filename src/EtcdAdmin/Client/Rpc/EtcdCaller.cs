using EtcdAdmin.Client.Errors;
using EtcdAdmin.Errors;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The timeout of calls, and whether they are retried.</summary>
internal sealed record CallSettings(TimeSpan? Timeout, bool Retry);

/// <summary>Makes calls: chooses endpoints, adds the token, keeps the deadline, retries where that is safe.</summary>
internal sealed class EtcdCaller(EtcdConnection connection, EndpointSet endpoints, CallSettings settings)
{
    // If no endpoint accepts connections, longer waits seldom help: about one second in total, for members that are just restarting.
    private const int MaxConnectRounds = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>One attempt of a call at one endpoint.</summary>
    private delegate Task<T> Attempt<T>(Uri endpoint, string? token, Deadline deadline);

    /// <summary>The clock for waits.</summary>
    public TimeProvider Clock => connection.Clock;

    /// <summary>The identity of the calls.</summary>
    public Asker Asker => connection.Transport.Asker;

    /// <summary>Makes the next call request a new token, unless another call has done so meanwhile.</summary>
    public void ForgetToken(string? token) => connection.ForgetToken(token);

    /// <summary>Waits a moment before a broken stream is opened again: a server that ends it at once must not be asked without pause.</summary>
    public Task PauseBeforeReopenAsync(CancellationToken cancellationToken) =>
        Task.Delay(Backoff(rounds: 1), connection.Clock, cancellationToken);

    /// <summary>One request, one answer.</summary>
    public Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage
        where TResponse : class =>
        RunAsync(
            method,
            (endpoint, token, deadline) => connection.Transport.UnaryAsync(method, request, endpoint, token, deadline),
            cancellationToken);

    /// <summary>One request, many answers; the deadline applies to the first answer only.</summary>
    public Task<CallStream<TRequest, TResponse>> OpenStreamAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage
        where TResponse : class =>
        RunAsync(
            method,
            (endpoint, token, deadline) => connection.Transport.OpenStreamAsync(method, request, endpoint, token, deadline.Token),
            cancellationToken);

    /// <summary>Requests and answers in both directions; the deadline applies to the first answer only.</summary>
    public Task<CallStream<TRequest, TResponse>> OpenDuplexAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest first, CancellationToken cancellationToken)
        where TRequest : class, IMessage
        where TResponse : class =>
        RunAsync(
            method,
            (endpoint, token, deadline) => connection.Transport.OpenDuplexAsync(method, first, endpoint, token, deadline.Token),
            cancellationToken);

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

    /// <summary>The time for one attempt: if the call can be retried, a silent member must leave time for other members.</summary>
    private TimeSpan? Share(RpcMethod method, Deadline deadline, int attempts) =>
        method.Repeatable && attempts % endpoints.Count != 0 ? deadline.Remaining / 2 : deadline.Remaining;

    // A call that cannot be retried has all the time in one attempt, so both clocks end it. If the attempt's clock ended a moment earlier, a write
    // that may have been applied would be sent again.
    private static bool IsOver(RpcMethod method, Deadline whole, Deadline attempt) =>
        whole.HasExpired || (!method.Repeatable && attempt.HasExpired);

    /// <summary>Whether our own timer or the server's ended the call: grpc-go resets the stream of a call whose deadline has passed.</summary>
    private static bool CanMeanExpiry(Exception error) =>
        error is OperationCanceledException or EtcdRpcException { ErrorId: EtcdErrorIds.ConnectionLost };

    /// <summary>Whether the call may be tried at the next endpoint: it may succeed there, and a change cannot be applied twice.</summary>
    private static bool MayGoOn(RpcMethod method, EtcdRpcException error, bool sent) =>
        (error.IsTransient || error.ErrorId == EtcdErrorIds.TlsFailed) && (!sent || error.NotApplied || method.Repeatable);

    /// <summary>Waits before the endpoints are tried again; throws <paramref name="last"/> if that is useless.</summary>
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

    /// <summary>Doubles with each round; half of it is random, so that many clients do not retry at the same moment.</summary>
    private static TimeSpan Backoff(int rounds)
    {
        TimeSpan full = FirstPause * Math.Pow(2, Math.Min(rounds - 1, 10));
        return (full < LongestPause ? full : LongestPause) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
