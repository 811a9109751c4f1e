using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Ssh;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>A host through SSH.NET: one connection for all its scripts, made when it is first needed.</summary>
/// <param name="connection">The connection.</param>
/// <param name="client">Reads the ssh configuration.</param>
/// <param name="trust">The operator's additions for this host.</param>
internal sealed class SshNetHost(HostConnection connection, Ssh.SshClient client, HostTrust trust) : IRemoteHost
{
    // By default sshd allows ten sessions per connection (MaxSessions), and a long one may be open too.
    private const int ParallelSessions = 8;

    // Of sessions that a host refuses one after the other: once on the shared connection again, then on connections of their own.
    private const int MostRefusals = 4;

    // sshd counts a session that has just been closed until it has read what else has come.
    private static readonly TimeSpan ClosingTime = TimeSpan.FromMilliseconds(50);

    // A host that takes the command but does not run it says nothing, and its connection stands. One that is busy may take long.
    private static readonly TimeSpan StartingTime = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _slots = new(ParallelSessions);
    private readonly SshNetConnections _connections = new(token => SshNetLogin.ConnectAsync(client, connection, trust, token));
    private int _runs;

    /// <inheritdoc/>
    public string Name => connection.HostName;

    /// <inheritdoc/>
    public int Runs => Volatile.Read(ref _runs);

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // SSH.NET tells the host that it may send without end. So what goes into a stream, which may be slow, gets a connection of its own:
            // that one stops reading while the stream is behind.
            (SshSession session, SshNetConnection way) = await BeginAsync(
                script, alone: script.StandardOutput is not null, mayHoldUp: true, cancellationToken).ConfigureAwait(false);
            try
            {
                ScriptResult result = await session.FinishAsync(script, cancellationToken).ConfigureAwait(false);
                return FindLoss(result, way) is { } lost ? throw lost : result;
            }
            finally
            {
                await session.DisposeAsync().ConfigureAwait(false);
                _connections.Release(way);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<IHostSession> OpenAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        // Without a slot, which would be taken as long as the session runs.
        (SshSession session, SshNetConnection way) = await BeginAsync(script, alone: false, mayHoldUp: false, cancellationToken).ConfigureAwait(false);
        var released = new ReleasingCommand(session.Command, () => _connections.Release(way));
        return new ProcessSession(released, session.Output, session.Error, broken: result => FindLoss(result, way));
    }

    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync().ConfigureAwait(false);
        _slots.Dispose();
    }

    private async Task<(SshSession Session, SshNetConnection Way)> BeginAsync(
        HostScript script, bool alone, bool mayHoldUp, CancellationToken cancellationToken)
    {
        string? password = trust.Secrets?.SudoPassword;
        RemoteCommand remote = RemoteCommand.For(script, sudoMayAsk: password is not null);
        int refusals = 0;
        for (bool again = false; ;)
        {
            SshNetConnection way = await _connections.TakeAsync(alone, cancellationToken).ConfigureAwait(false);
            bool isTaken = false;
            try
            {
                SshSession? session = await StartAsync(way, remote, password, mayHoldUp, cancellationToken).ConfigureAwait(false);
                if (session is { Failure: null })
                {
                    isTaken = true;
                    return (session, way);
                }

                if (session is null)
                {
                    // The host allows no more sessions on this connection, perhaps because a command of an earlier one runs on.
                    if (refusals == MostRefusals) throw SshFailure.Unreachable(connection, "the host refuses every session (MaxSessions)");
                    if (alone) way.Retire();
                    else if (refusals == 0) await Task.Delay(ClosingTime, cancellationToken).ConfigureAwait(false);
                    else alone = true;
                    refusals++;
                    continue;
                }

                NotStarted failure = session.Failure;
                await session.DisposeAsync().ConfigureAwait(false);
                // No script has started, so none runs twice. A working connection is kept; a broken one is made again, once.
                if (!way.Lost.IsCompleted) throw RemoteFailure.From(connection, failure, password is not null);
                if (again) throw SshFailure.Unreachable(connection, await way.Lost.ConfigureAwait(false));
                again = true;
            }
            catch (Exception e) when (e is not EtcdException && SshNetFailure.IsOfTransport(e))
            {
                way.Retire();
                if (again) throw SshFailure.Unreachable(connection, SshNetFailure.Reason(e));
                again = true;
            }
            finally
            {
                if (!isTaken) _connections.Release(way);
            }
        }
    }

    private Task<SshSession?> StartAsync(
        SshNetConnection way, RemoteCommand remote, string? password, bool mayHoldUp, CancellationToken cancellationToken) =>
        LoginLimit.RunAsync(connection, StartingTime, async token =>
        {
            if (await way.StartAsync(remote.Text, mayHoldUp, token).ConfigureAwait(false) is not { } command) return null;
            Interlocked.Increment(ref _runs);
            return await SshSession.StartAsync(command, remote, password, token).ConfigureAwait(false);
        }, cancellationToken);

    private EtcdException? FindLoss(ScriptResult result, SshNetConnection way)
    {
        if (result.ExitCode != SshSession.SshFailed) return null;
        return SshFailure.Lost(connection, way.Lost.IsCompletedSuccessfully ? way.Lost.Result : result.Error);
    }
}
