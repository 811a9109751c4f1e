using Renci.SshNet;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>Notices that a host does not answer any more, as ssh does with ServerAliveInterval and ServerAliveCountMax.</summary>
internal sealed class KeepAlive : IDisposable
{
    private const string Request = "keepalive@openssh.com";

    // A look costs nothing; so the end is noticed in time, whenever the last answer came.
    private const int LooksPerInterval = 5;

    private readonly Session _session;
    private readonly TimeSpan _interval;
    private readonly int _limit;
    private readonly Func<bool> _isHeldUp;
    private readonly Action _lost;
    private readonly Timer _timer;
    private Task _sending = Task.CompletedTask;
    private int _unanswered;
    private long _heard = Environment.TickCount64;

    /// <summary>Begins.</summary>
    /// <param name="session">The session.</param>
    /// <param name="interval">The time without an answer after which the host is asked.</param>
    /// <param name="limit">The number of questions without an answer.</param>
    /// <param name="isHeldUp">Whether this process has stopped reading, so that no answer can be seen.</param>
    /// <param name="lost">Called once, when the host has not answered.</param>
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
        TimeSpan look = interval / LooksPerInterval;
        _timer = new Timer(static state => ((KeepAlive)state!).Look(), this, look, look); // this object
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

    private void Look()
    {
        if (_isHeldUp()) OnHeard(this, this);
        TimeSpan silent = TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _heard));
        if (silent < _interval)
        {
            _unanswered = 0;
        }
        else if (silent >= _interval * (_limit + 1))
        {
            _timer.Change(Timeout.Infinite, Timeout.Infinite);
            _lost();
        }
        else if (silent >= _interval * (_unanswered + 1))
        {
            _unanswered++;
            // An earlier one that still waits to be sent is question enough.
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
            // The connection is lost, which its own events say.
        }
    }
}
