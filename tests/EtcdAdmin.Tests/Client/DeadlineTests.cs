using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Tests.Client;

public sealed class DeadlineTests
{
    [Fact]
    public void HasExpired_TimeOverButTimerLate_IsTrue()
    {
        var clock = new LateTimers();
        using var deadline = new Deadline(TimeSpan.FromSeconds(2), clock, CancellationToken.None);

        bool before = deadline.HasExpired;
        clock.Elapsed = TimeSpan.FromSeconds(2);

        Assert.False(before);
        Assert.True(deadline.HasExpired);
        Assert.False(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void HasExpired_NoLimit_IsFalse()
    {
        using var deadline = new Deadline(null, new LateTimers { Elapsed = TimeSpan.FromDays(1) }, CancellationToken.None);

        Assert.False(deadline.HasExpired);
        Assert.Null(deadline.Remaining);
    }

    /// <summary>A clock of a machine so busy that no timer ever fires.</summary>
    private sealed class LateTimers : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
