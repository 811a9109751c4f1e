using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Ssh;

namespace EtcdAdmin.Hosts.SshNet;

/// <summary>A host through SSH.NET: one connection for all its scripts, made when it is first needed.</summary>
internal sealed class SshNetHost : SshHostBase
{
    // The most refused sessions for one script: the second try is on the shared connection again, later ones on a connection of their own.
    private const int MostRefusals = 4;

    // sshd counts a closed session until it has processed the close.
    private static readonly TimeSpan ClosingTime = TimeSpan.FromMilliseconds(50);

    // Some hosts accept a command but never start it; their connection stays up. A busy host may take long.
    private static readonly TimeSpan StartingTime = TimeSpan.FromMinutes(1);

    private readonly HostTrust _trust;
    private readonly SshNetConnections _connections;

    /// <summary>Makes no connection yet.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="client">Reads the ssh configuration.</param>
    /// <param name="trust">The operator's additions for this host.</param>
    public SshNetHost(HostConnection connection, Ssh.SshClient client, HostTrust trust)
        : base(connection, ParallelSessions)
    {
        _trust = trust;
        _connections = new SshNetConnections(token => SshNetLogin.ConnectAsync(client, connection, trust, token));
    }

    protected override ValueTask CloseAsync() => _connections.DisposeAsync();

    protected override async Task<StartedScript> BeginAsync(HostScript script, bool staysOpen, CancellationToken cancellationToken)
    {
        // SSH.NET does not limit how much the host sends. Output for a stream, which may be slow, gets a connection of its own, which stops
        // reading while the stream is behind. A session that stays open shares its connection and must not hold it up.
        bool alone = !staysOpen && script.StandardOutput is not null;
        string? password = _trust.Secrets?.SudoPassword;
        RemoteCommand remote = RemoteCommand.For(script, sudoMayAsk: password is not null);
        int refusals = 0;
        for (bool again = false; ;)
        {
            SshNetConnection way = await _connections.TakeAsync(alone, cancellationToken).ConfigureAwait(false);
            try
            {
                SshSession? session = await StartAsync(way, remote, password, mayHoldUp: !staysOpen, cancellationToken).ConfigureAwait(false);
                if (session is { Failure: null })
                    return new StartedScript(session, () => way.Lost.IsCompletedSuccessfully ? way.Lost.Result : "");
                if (session is null)
                {
                    // The host allows no more sessions on this connection, perhaps because a command of an earlier one runs on.
                    if (refusals == MostRefusals) throw SshFailure.Unreachable(Connection, "the host refuses every session (MaxSessions)");
                    if (alone) way.Retire();
                    else if (refusals == 0) await Task.Delay(ClosingTime, cancellationToken).ConfigureAwait(false);
                    else alone = true;
                    refusals++;
                    continue;
                }

                NotStarted failure = session.Failure;
                await session.DisposeAsync().ConfigureAwait(false);
                // No script has started, so none runs twice. A working connection is kept; a broken one is made again, once.
                if (!way.Lost.IsCompleted) throw RemoteFailure.From(Connection, failure, password is not null);
                if (again) throw SshFailure.Unreachable(Connection, await way.Lost.ConfigureAwait(false));
                again = true;
            }
            catch (Exception e) when (e is not EtcdException && SshNetFailure.IsOfTransport(e))
            {
                way.Retire();
                if (again) throw SshFailure.Unreachable(Connection, SshNetFailure.Reason(e));
                again = true;
            }
            finally
            {
                _connections.Release(way); // a running command holds it too
            }
        }
    }

    private Task<SshSession?> StartAsync(
        SshNetConnection way, RemoteCommand remote, string? password, bool mayHoldUp, CancellationToken cancellationToken) =>
        LoginLimit.RunAsync(Connection, StartingTime, async token =>
        {
            if (await way.StartAsync(remote.Text, mayHoldUp, token).ConfigureAwait(false) is not { } command) return null;
            CountRun();
            _connections.Hold(way);
            var released = new ReleasingCommand(command, () => _connections.Release(way));
            return await SshSession.StartAsync(released, remote, password, token).ConfigureAwait(false);
        }, cancellationToken);
}
