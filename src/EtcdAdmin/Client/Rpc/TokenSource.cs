using EtcdAdmin.Client.Errors;

namespace EtcdAdmin.Client.Rpc;

/// <summary>The user's token, requested once and shared by all calls of a client.</summary>
internal sealed class TokenSource : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Held? _held;

    /// <summary>The token, or null if the cluster does not authenticate; requested with <paramref name="authenticate"/> if needed.</summary>
    public async Task<string?> GetAsync(Func<Task<string?>> authenticate, CancellationToken cancellationToken)
    {
        if (_held is { } held) return held.Token;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return (_held ??= new Held(await authenticate().ConfigureAwait(false))).Token;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets a token that the server refused, unless another call has renewed it meanwhile.</summary>
    public void Forget(string? token)
    {
        Held? held = _held;
        if (held is not null && held.Token == token) Interlocked.CompareExchange(ref _held, null, held);
    }

    /// <summary>Whether the server needs a new token, rather than refuses the user.</summary>
    public static bool IsStale(EtcdRpcException error) => error.Error is EtcdError.InvalidAuthToken or EtcdError.AuthOldRevision
        or EtcdError.UserEmpty;

    public void Dispose() => _gate.Dispose();

    // Distinguishes "not requested yet" from "requested, and none is needed".
    private sealed record Held(string? Token);
}
