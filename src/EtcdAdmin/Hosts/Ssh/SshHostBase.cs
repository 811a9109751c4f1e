using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Local;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>A host behind SSH, whatever connects to it.</summary>
/// <param name="connection">The connection.</param>
/// <param name="parallel">The number of scripts that run at the same time; more wait.</param>
internal abstract class SshHostBase(HostConnection connection, int parallel) : IRemoteHost
{
    /// <summary>By default sshd allows ten sessions per connection (MaxSessions), and a long one may be open too.</summary>
    protected const int ParallelSessions = 8;

    private readonly SemaphoreSlim _slots = new(parallel);
    private int _runs;

    /// <inheritdoc/>
    public string Name => Connection.HostName;

    /// <inheritdoc/>
    public int Runs => Volatile.Read(ref _runs);

    /// <inheritdoc/>
    public async Task<ScriptResult> RunAsync(HostScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            StartedScript started = await BeginAsync(script, staysOpen: false, cancellationToken).ConfigureAwait(false);
            await using (started.Session.ConfigureAwait(false))
            {
                ScriptResult result = await started.Session.FinishAsync(script, cancellationToken).ConfigureAwait(false);
                return FindLoss(result, started) is { } lost ? throw lost : result;
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
        StartedScript started = await BeginAsync(script, staysOpen: true, cancellationToken).ConfigureAwait(false);
        SshSession session = started.Session;
        return new ProcessSession(session.Command, session.Output, session.Error, broken: result => FindLoss(result, started));
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _slots.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The connection that the operator asked for.</summary>
    protected HostConnection Connection { get; } = connection;

    /// <summary>Starts a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="staysOpen">Whether the caller reads its output line by line and answers; else it runs to its end.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="EtcdException">The script was not started.</exception>
    protected abstract Task<StartedScript> BeginAsync(HostScript script, bool staysOpen, CancellationToken cancellationToken);

    /// <summary>Closes the connections.</summary>
    protected abstract ValueTask CloseAsync();

    /// <summary>Counts a script that is sent to the host.</summary>
    protected void CountRun() => Interlocked.Increment(ref _runs);

    private EtcdException? FindLoss(ScriptResult result, StartedScript started)
    {
        if (result.ExitCode != SshSession.SshFailed) return null;
        string reason = started.LossReason().Trim();
        return SshFailure.Lost(Connection, reason.Length > 0 ? reason : result.Error);
    }
}

/// <summary>A script that runs on a host.</summary>
/// <param name="Session">Its session.</param>
/// <param name="LossReason">Why its connection was lost, if it was; empty if nothing is known.</param>
internal sealed record StartedScript(SshSession Session, Func<string> LossReason);
