using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>A host behind ssh: one connection for all its scripts, made when it is first needed.</summary>
/// <param name="connection">The connection.</param>
/// <param name="client">The ssh client.</param>
/// <param name="trust">The operator's additions for this host.</param>
/// <param name="multiplex">False makes a connection per script, where ssh cannot share one (Windows).</param>
internal sealed class SshHost(HostConnection connection, SshClient client, HostTrust trust, bool multiplex)
    : SshHostBase(connection, multiplex ? ParallelSessions : ParallelConnections)
{
    // Without sharing, more than ten logins at once are refused at random (MaxStartups).
    private const int ParallelConnections = 4;

    private readonly SemaphoreSlim _connecting = new(1);
    private SshMaster? _master;
    private ResolvedHost? _resolved;

    protected override async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _master, null) is { } master) await master.CloseAsync().ConfigureAwait(false);
        _connecting.Dispose();
    }

    protected override async Task<StartedScript> BeginAsync(HostScript script, bool staysOpen, CancellationToken cancellationToken)
    {
        string? password = trust.Secrets?.SudoPassword;
        RemoteCommand remote = RemoteCommand.For(script, sudoMayAsk: password is not null);
        if (!multiplex) return await BeginDirectAsync(remote, password, cancellationToken).ConfigureAwait(false);

        SshMaster? broken = null;
        for (bool again = false; ; again = true)
        {
            SshMaster master = await ConnectAsync(broken, cancellationToken).ConfigureAwait(false);
            SshSession session = await StartAsync(master.Session(remote), remote, password, cancellationToken).ConfigureAwait(false);
            if (session.Failure is not { } failure) return new StartedScript(session, master.ReadLog);
            await session.DisposeAsync().ConfigureAwait(false);
            if (failure.ExitCode != SshSession.SshFailed) throw RemoteFailure.From(Connection, failure, password is not null);
            if (SshFailure.IsSessionRefused(failure.Output))
                return await BeginDirectAsync(remote, password, cancellationToken).ConfigureAwait(false);

            // No script has started, so none runs twice. A working connection is in use and is kept; an idle or broken one is made again, once.
            bool stands = await master.IsAliveAsync(cancellationToken).ConfigureAwait(false);
            if (again && stands) throw RemoteFailure.From(Connection, failure, password is not null);
            if (again) throw SshFailure.Unreachable(Connection, failure.Output);
            broken = stands ? null : master;
        }
    }

    private async Task<StartedScript> BeginDirectAsync(RemoteCommand remote, string? password, CancellationToken cancellationToken)
    {
        SshLogin login = await LoginAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> arguments = SshArguments.Direct(Connection, login.AcceptNewHostKey, login.UsesPassword, remote.Text);
        var ssh = new ProcessCommand(client.Program, arguments) { Environment = login.Environment };
        SshSession session = await login.LimitAsync(
            token => StartAsync(ssh, remote, password, token), cancellationToken).ConfigureAwait(false);
        if (session.Failure is not { } failure) return new StartedScript(session, static () => ""); // ssh reports on the script's standard error
        await session.DisposeAsync().ConfigureAwait(false);
        throw failure.ExitCode == SshSession.SshFailed
            ? await SshFailure.ToConnectAsync(client, login, failure.Output, cancellationToken).ConfigureAwait(false)
            : RemoteFailure.From(Connection, failure, password is not null);
    }

    private Task<SshSession> StartAsync(
        ProcessCommand ssh, RemoteCommand remote, string? password, CancellationToken cancellationToken)
    {
        CountRun();
        return SshSession.StartAsync(RunningProcess.Start(ssh), remote, password, cancellationToken);
    }

    private async Task<SshMaster> ConnectAsync(SshMaster? broken, CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_master is not null && _master != broken) return _master;
            if (Interlocked.Exchange(ref _master, null) is { } old) await old.CloseAsync().ConfigureAwait(false);
            SshLogin login = await LoginAsync(cancellationToken).ConfigureAwait(false);
            return _master = await SshMaster.StartAsync(client, login, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<SshLogin> LoginAsync(CancellationToken cancellationToken)
    {
        // ssh would take a key of another type as new if the host does not show the known one any more.
        bool accept = trust.AcceptNewHostKey && !await KnownHosts.KnowAsync(client, Connection, cancellationToken).ConfigureAwait(false);
        if (trust.Secrets?.Password is not { } password)
            return new SshLogin(Connection, accept, UsesPassword: false) { Environment = AskPass.Refusing(client.Folder) };

        _resolved ??= await SshResolver.ResolveAsync(client, Connection, cancellationToken).ConfigureAwait(false);
        return new SshLogin(Connection, accept, UsesPassword: true)
        {
            Environment = AskPass.Answering(client.Folder, _resolved, password),
        };
    }
}
