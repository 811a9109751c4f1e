using Renci.SshNet;
using Renci.SshNet.Common;
using NetClient = Renci.SshNet.SshClient;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>A logged-in connection to a host, with the connections to its jump hosts.</summary>
internal sealed class SshNetConnection : IAsyncDisposable
{
    // Closing may wait for a host that does not answer; it ends by itself when the system gives up.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<NetClient> _clients;
    private readonly KeepAlive? _alive;
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isRetired;
    private int _holdUps;

    /// <summary>Takes over the clients.</summary>
    /// <param name="clients">Connected clients, the first jump host first.</param>
    /// <param name="name">The host, for messages.</param>
    /// <param name="interval">The time without data from the host after which it is sent a request; zero sends none.</param>
    /// <param name="limit">The number of unanswered requests after which the connection counts as lost.</param>
    public SshNetConnection(IReadOnlyList<NetClient> clients, string name, TimeSpan interval, int limit)
    {
        _clients = clients;
        Client = clients[^1];
        Session = Internals.SessionOf(Client);
        Client.ErrorOccurred += (_, error) => Break(SshNetFailure.Reason(error.Exception));
        Session.Disconnected += (_, _) => Break("The host closed the connection");
        if (interval > TimeSpan.Zero)
            _alive =
                new KeepAlive(Session, interval, limit, () => Volatile.Read(ref _holdUps) > 0, () => Break($"Timeout, server {name} not responding"));
    }

    /// <summary>The client of the host.</summary>
    public NetClient Client { get; }

    /// <summary>Its session.</summary>
    public Session Session { get; }

    /// <summary>Completes with the reason when the connection is lost.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Whether commands can be started.</summary>
    public bool IsAlive => !_isRetired && !_lost.Task.IsCompleted && Client.IsConnected;

    /// <summary>The number of users; kept by <see cref="SshNetConnections"/>.</summary>
    public int Users { get; set; }

    /// <summary>When the last user released it; kept by <see cref="SshNetConnections"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>Starts no more commands; running ones continue.</summary>
    public void Retire() => _isRetired = true;

    /// <summary>Reports the connection as lost, even if SSH.NET still waits for something.</summary>
    public void Break(string reason) => _lost.TrySetResult(reason);

    /// <summary>Blocks the receiving thread; meanwhile no answers are read.</summary>
    public void HoldUp(Action wait)
    {
        Interlocked.Increment(ref _holdUps);
        try
        {
            wait();
        }
        finally
        {
            Interlocked.Decrement(ref _holdUps);
        }
    }

    /// <summary>Starts a command; see <see cref="SshNetCommand.StartAsync"/>.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    public Task<SshNetCommand?> StartAsync(string text, bool mayHoldUp, CancellationToken cancellationToken) =>
        SshNetCommand.StartAsync(this, text, mayHoldUp, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Retire();
        Break("The connection was closed");
        _alive?.Dispose();
        await CloseAsync(_clients).WaitAsync(ClosingLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Closes clients, the last first.</summary>
    public static Task CloseAsync(IReadOnlyList<NetClient> clients) => Blocking.RunAsync(() =>
    {
        foreach (NetClient client in clients.Reverse())
        {
            try
            {
                client.Dispose();
            }
            catch (Exception e) when (SshNetFailure.IsOfTransport(e))
            {
                // It is already lost.
            }
        }
    });
}
