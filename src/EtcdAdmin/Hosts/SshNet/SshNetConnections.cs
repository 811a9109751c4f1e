namespace EtcdAdmin.Hosts.SshNet;

/// <summary>The connections to one host: one that scripts share, and one for each script that must not share. Unused connections are closed after
/// a minute.</summary>
/// <param name="connect">Makes a connection.</param>
internal sealed class SshNetConnections(Func<CancellationToken, Task<SshNetConnection>> connect) : IAsyncDisposable
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _connecting = new(1);
    private readonly Lock _using = new();
    private readonly List<SshNetConnection> _alone = [];
    private SshNetConnection? _shared;
    private Timer? _closing;

    /// <summary>Returns a working connection; connects if there is none.</summary>
    /// <param name="alone">Whether no other script may use it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<SshNetConnection> TakeAsync(bool alone, CancellationToken cancellationToken)
    {
        if (Find(alone) is { } found) return found;
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(alone) is { } made) return made; // by another call, meanwhile
            SshNetConnection connection = await connect(cancellationToken).ConfigureAwait(false);
            lock (_using)
            {
                connection.Users = 1;
                if (alone) _alone.Add(connection);
                else
                {
                    if (_shared is { } broken) _alone.Add(broken); // closed when its last script has ended
                    _shared = connection;
                }

                _closing ??= new Timer(static state => ((SshNetConnections)state!).CloseUnused(), this, IdleLimit, IdleLimit); // this object
            }

            return connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Adds a user to a connection.</summary>
    /// <param name="connection">One that is taken and not yet released.</param>
    public void Hold(SshNetConnection connection)
    {
        lock (_using) connection.Users++;
    }

    /// <summary>Removes a user from a connection.</summary>
    public void Release(SshNetConnection connection)
    {
        lock (_using)
        {
            connection.Users--;
            connection.IdleSince = Environment.TickCount64;
        }

        CloseUnused();
    }

    public async ValueTask DisposeAsync()
    {
        SshNetConnection[] all;
        lock (_using)
        {
            all = [.. _alone, .. _shared is { } shared ? [shared] : Array.Empty<SshNetConnection>()];
            _alone.Clear();
            _shared = null;
            _closing?.Dispose();
        }

        await Task.WhenAll(all.Select(connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
        _connecting.Dispose();
    }

    private SshNetConnection? Find(bool alone)
    {
        lock (_using)
        {
            SshNetConnection? found = alone ? _alone.FirstOrDefault(connection => connection is { Users: 0, IsAlive: true }) : _shared;
            if (found is not { IsAlive: true }) return null;
            found.Users++;
            return found;
        }
    }

    private void CloseUnused()
    {
        var unused = new List<SshNetConnection>();
        lock (_using)
        {
            unused.AddRange(_alone.Where(IsUnused));
            _alone.RemoveAll(unused.Contains);
            if (_shared is { } shared && IsUnused(shared))
            {
                unused.Add(shared);
                _shared = null;
            }
        }

        foreach (SshNetConnection connection in unused) _ = connection.DisposeAsync().AsTask();
    }

    private static bool IsUnused(SshNetConnection connection) => connection.Users == 0
        && (!connection.IsAlive || Environment.TickCount64 - connection.IdleSince >= IdleLimit.TotalMilliseconds);
}
