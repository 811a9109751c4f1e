namespace EtcdAdmin.Client.Rpc;

/// <summary>The time limit of one call, combined with its caller's token.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _either;

    /// <param name="limit">Null means no limit.</param>
    /// <param name="clock">The clock for the limit.</param>
    /// <param name="caller">The caller's token.</param>
    public Deadline(TimeSpan? limit, TimeProvider clock, CancellationToken caller)
    {
        Limit = limit;
        _clock = clock;
        _started = clock.GetTimestamp();
        _expiry = new CancellationTokenSource(
            limit is { } time ? (time > TimeSpan.Zero ? time : TimeSpan.Zero) : Timeout.InfiniteTimeSpan, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_expiry.Token, caller);
    }

    /// <summary>Null means no limit.</summary>
    public TimeSpan? Limit { get; }

    /// <summary>Fires at the deadline or with the caller's token.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is over, by the clock: on a busy machine the timer of <see cref="Token"/> is late.</summary>
    public bool HasExpired => Remaining <= TimeSpan.Zero || _expiry.IsCancellationRequested;

    /// <summary>Null means no limit.</summary>
    public TimeSpan? Remaining => Limit - _clock.GetElapsedTime(_started);

    public void Dispose()
    {
        _either.Dispose();
        _expiry.Dispose();
    }
}
