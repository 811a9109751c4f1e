using Renci.SshNet;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Detects a host that no longer answers, as ssh does with ServerAliveInterval and ServerAliveCountMax.</summary>
internal sealed class KeepAlive : IDisposable
{
    private const string Request = "keepalive@openssh.com";

    // A check costs next to nothing. With several per interval, a lost host is detected in time, whenever its last answer came.
    private const int ChecksPerInterval = 5;

    private readonly Session _session;
    private readonly TimeSpan _interval;
    private readonly int _limit;
    private readonly Func<bool> _isHeldUp;
    private readonly Action _lost;
    private readonly Timer _timer;
    private Task _sending = Task.CompletedTask;
    private int _unanswered;
    private long _heard = Environment.TickCount64;

    /// <summary>Starts to check.</summary>
    /// <param name="session">The session.</param>
    /// <param name="interval">The time without data from the host after which it is sent a request.</param>
    /// <param name="limit">The number of unanswered requests after which the host counts as lost.</param>
    /// <param name="isHeldUp">Whether this process has stopped reading and so cannot see answers.</param>
    /// <param name="lost">Called once, when the host counts as lost.</param>
    public KeepAlive(Session session, TimeSpan interval, int limit, Func<bool> isHeldUp, Action lost)
    {
        _session = session;
        _interval = interval;
        _limit = limit;
        _isHeldUp = isHeldUp;
        _lost = lost;
        session.RequestFailureReceived += OnHeard;
        session.RequestSuccessReceived += OnHeard;
        session.ChannelDataReceived += OnHeard;
        session.ChannelExtendedDataReceived += OnHeard;
        session.ChannelWindowAdjustReceived += OnHeard;
        TimeSpan check = interval / ChecksPerInterval;
        _timer = new Timer(static state => ((KeepAlive)state!).Check(), this, check, check); // not null: it is this object
    }

    public void Dispose()
    {
        _timer.Dispose();
        _session.RequestFailureReceived -= OnHeard;
        _session.RequestSuccessReceived -= OnHeard;
        _session.ChannelDataReceived -= OnHeard;
        _session.ChannelExtendedDataReceived -= OnHeard;
        _session.ChannelWindowAdjustReceived -= OnHeard;
    }

    private void OnHeard<T>(object? sender, T message) => Volatile.Write(ref _heard, Environment.TickCount64);

    private void Check()
    {
        if (_isHeldUp()) OnHeard(this, this);
        TimeSpan silent = TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _heard));
        if (silent < _interval)
        {
            _unanswered = 0;
        }
        else if (silent >= _interval * (_limit + 1) && _unanswered >= _limit) // a process that was stopped for a while asks first
        {
            _timer.Change(Timeout.Infinite, Timeout.Infinite);
            _lost();
        }
        else if (silent >= _interval * (_unanswered + 1))
        {
            _unanswered++;
            // No second request while one still waits to be sent.
            if (_sending.IsCompleted) _sending = Blocking.RunAsync(Send);
        }
    }

    private void Send()
    {
        try
        {
            Internals.SendRequest(_session, Request);
        }
        catch (Exception e) when (SshNetFailure.IsOfTransport(e))
        {
            // The connection is lost; its own events report that.
        }
    }
}
