using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Local;

namespace EtcdAdmin.Hosts.Locking;

/// <summary>Keeps other operators off a host as long as this process runs and is connected to it. Released by disposing.</summary>
internal sealed class HostLock : IAsyncDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    // The time a busy host may need to release the lock after its limit.
    private static readonly TimeSpan HostSlack = TimeSpan.FromSeconds(2);

    private readonly string _host;
    private readonly IHostSession _session;
    private readonly HostLockOptions _options;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _keeping;
    private long _lastAnswered;
    private volatile bool _isSilent;
    private Task<ScriptResult>? _ending;

    private HostLock(string host, IHostSession session, HostLockOptions options, long askedAt)
    {
        _host = host;
        _session = session;
        _options = options;
        _lastAnswered = askedAt;
        Lost = _lost.Token;
        _keeping = KeepAsync();
    }

    /// <summary>Cancelled when the lock is lost: the connection broke or the host does not answer. Then others may take the lock.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why the lock was lost, as a sentence without its full stop; null as long as it is held.</summary>
    public async Task<string?> WhyLostAsync()
    {
        if (!Lost.IsCancellationRequested) return null;
        if (_isSilent) return string.Create(CultureInfo.InvariantCulture, $"{_host} has not answered for {_options.AnswerLimit.TotalSeconds:0} s");
        try
        {
            ScriptResult end = await EndAsync().ConfigureAwait(false);
            string said = end.Error.Trim();
            return string.Create(CultureInfo.InvariantCulture,
                $"the script that holds the lock on {_host} ended with exit code {end.ExitCode}{(said.Length > 0 ? ": " + said : "")}");
        }
        catch (EtcdException e)
        {
            return e.Message.TrimEnd('.');
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return $"the connection to {_host} ended";
        }
    }

    /// <summary>Takes the lock of a host. It does not wait for a live holder; it waits for a disconnected one until the host releases its
    /// lock.</summary>
    /// <param name="host">The host.</param>
    /// <param name="what">The operation, shown to others who want the lock; all users of the host can see it.</param>
    /// <param name="options">Null means the default.</param>
    /// <param name="events">Receives a warning with the holder, if the lock must be waited for.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EtcdException">ClusterBusy: another operator holds it. HostCommandFailed: the host does not support locks.</exception>
    public static async Task<HostLock> TakeAsync(
        ISessionHost host, string what, HostLockOptions? options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        options ??= new HostLockOptions();
        long askedAt = options.Clock.GetTimestamp();
        TimeSpan patience = TimeSpan.FromSeconds(Math.Ceiling((options.HostLimit + HostSlack).TotalSeconds));
        var script = new HostScript(HostLockScript.Text)
        {
            Arguments =
            [
                options.Path, HostLockHolder.Us(what, options.Clock).ToLine(),
                options.HostLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                patience.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ],
        };
        IHostSession session = await host.OpenAsync(script, cancellationToken).ConfigureAwait(false);
        try
        {
            string? answer = await session.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (answer == HostLockScript.Waiting)
            {
                events.Warning(
                    Waiting(host.Name, HostLockHolder.Read(await session.ReadLineAsync(cancellationToken).ConfigureAwait(false)), patience));
                answer = await session.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }

            if (answer == HostLockScript.Taken) return new HostLock(host.Name, session, options, askedAt);
            if (answer == HostLockScript.Held)
                throw Busy(host.Name, HostLockHolder.Read(await session.ReadLineAsync(cancellationToken).ConfigureAwait(false)));
            throw new HostCommandException(host.Name, "take the lock", await session.EndAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the locks of several hosts, or none. A host that cannot be reached is skipped: others cannot reach it to change it
    /// either.</summary>
    /// <param name="hosts">Each at most once; this machine, which has <c>ClusterLock</c>, is skipped.</param>
    /// <param name="what">The operation, shown to others who want the locks; all users of the hosts can see it.</param>
    /// <param name="options">Null means the default.</param>
    /// <param name="events">As above.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EtcdException">ClusterBusy: another operator holds one of them; those taken are released.</exception>
    public static async Task<HostLocks> TakeAllAsync(
        IEnumerable<IHost> hosts, string what, HostLockOptions? options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ISessionHost[] others =
        [
            .. hosts.Where(host => host is not LocalHost).OfType<ISessionHost>().OrderBy(host => host.Name, StringComparer.Ordinal),
        ];
        if (others.Length == 0) return new HostLocks([]);

        // The host with the first name is locked first: if two operators start at the same time on the same hosts, one gets that lock,
        // then all others.
        var taken = new List<HostLock>();
        int tried = 0;
        while (taken.Count == 0 && tried < others.Length)
        {
            if (await TryTakeAsync(others[tried++], what, options, events, cancellationToken).ConfigureAwait(false) is { } first) taken.Add(first);
        }

        Task<HostLock?>[] rest = [.. others.Skip(tried).Select(host => TryTakeAsync(host, what, options, events, cancellationToken))];
        try
        {
            taken.AddRange((await Task.WhenAll(rest).ConfigureAwait(false)).OfType<HostLock>());
            return new HostLocks(taken);
        }
        catch
        {
            foreach (Task<HostLock?> task in rest.Where(task => task.IsCompletedSuccessfully))
            {
                if (await task.ConfigureAwait(false) is { } got) taken.Add(got);
            }

            await new HostLocks(taken).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <returns>Null if the host cannot be reached.</returns>
    private static async Task<HostLock?> TryTakeAsync(
        ISessionHost host, string what, HostLockOptions? options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        try
        {
            return await TakeAsync(host, what, options, events, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId is EtcdErrorIds.HostUnreachable or EtcdErrorIds.ConnectionLost)
        {
            return null;
        }
    }

    /// <summary>Releases the lock; others can take it once this call has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        try
        {
            await EndAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdException or OperationCanceledException or IOException)
        {
            // The connection is lost: the host releases the lock by itself when the signs of life stop.
        }

        await _session.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _lost.Dispose();
    }

    private Task<ScriptResult> EndAsync() => _ending ??= EndWithinLimitAsync();

    private async Task<ScriptResult> EndWithinLimitAsync()
    {
        await _keeping.ConfigureAwait(false); // it reads too
        using var limit = new CancellationTokenSource(EndLimit);
        return await _session.EndAsync(limit.Token).ConfigureAwait(false);
    }

    private async Task KeepAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task[] both = [GiveSignsAsync(over.Token), HearAnswersAsync(over.Token)];
        await Task.WhenAny(both).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(both).ConfigureAwait(false);
        if (!_stop.IsCancellationRequested) await _lost.CancelAsync().ConfigureAwait(false);
    }

    // A sign of life has its time. The answer returns it, so it is known that the host's limit started later.
    private async Task GiveSignsAsync(CancellationToken over)
    {
        TimeProvider clock = _options.Clock;
        using var timer = new PeriodicTimer(_options.Interval, clock);
        try
        {
            do
            {
                string sign = clock.GetTimestamp().ToString(CultureInfo.InvariantCulture);
                if (!await _session.TryWriteLineAsync(sign, over).ConfigureAwait(false)) return;
                await timer.WaitForNextTickAsync(over).ConfigureAwait(false);
            }
            while (clock.GetElapsedTime(Volatile.Read(ref _lastAnswered)) < _options.AnswerLimit);
            _isSilent = true;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // released, or the other loop has seen the end
        }
    }

    private async Task HearAnswersAsync(CancellationToken over)
    {
        try
        {
            while (await _session.ReadLineAsync(over).ConfigureAwait(false) is { } sign)
            {
                if (long.TryParse(sign, NumberStyles.None, CultureInfo.InvariantCulture, out long given)) Volatile.Write(ref _lastAnswered, given);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // released, or the other loop has given up
        }
    }

    private static string Waiting(string host, HostLockHolder? holder, TimeSpan patience) => string.Create(CultureInfo.InvariantCulture,
        $"{host} is locked by {holder?.ToString() ?? "an operation whose holder cannot be read yet"}. "
            + $"Waiting at most {patience.TotalSeconds:0} s: the lock is released when that operation ends or its machine can no longer be reached.");

    private static EtcdException Busy(string host, HostLockHolder? holder) =>
        new(EtcdErrorIds.ClusterBusy,
            $"Another operation is changing {host}: {holder?.ToString() ?? "its holder cannot be read yet"}.")
        {
            Target = host,
            NextStep = "Wait until that operation has ended, then run the command again.",
        };
}
