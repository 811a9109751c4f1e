using System.Globalization;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Local;

namespace EtcdAdmin.Hosts.Locking;

/// <summary>Keeps other operators off a host for as long as this one lives and can be heard there. Let go by disposing.</summary>
internal sealed class HostLock : IAsyncDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    // What a busy host may take to let go once its limit is over.
    private static readonly TimeSpan HostSlack = TimeSpan.FromSeconds(2);

    private readonly IHostSession _session;
    private readonly HostLockOptions _options;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _keeping;
    private long _lastAnswered;

    private HostLock(IHostSession session, HostLockOptions options, long askedAt)
    {
        _session = session;
        _options = options;
        _lastAnswered = askedAt;
        Lost = _lost.Token;
        _keeping = KeepAsync();
    }

    /// <summary>Cancelled when the lock is lost: the connection broke or the host does not answer. Others may take it then.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Takes the lock of a host. A holder that lives is not waited for, one that was cut off is, until the host lets go.</summary>
    /// <param name="host">Where.</param>
    /// <param name="what">What is to be done there, for others who want it meanwhile; seen by all users of the host.</param>
    /// <param name="options">Null is the usual.</param>
    /// <param name="events">Gets a warning as soon as somebody else's lock has to be waited for, with whose it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">ClusterBusy: somebody else holds it. HostCommandFailed: the host cannot lock.</exception>
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
                events.Warning(Waiting(host.Name, HostLockHolder.Read(await session.ReadLineAsync(cancellationToken).ConfigureAwait(false)), patience));
                answer = await session.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }

            if (answer == HostLockScript.Taken) return new HostLock(session, options, askedAt);
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

    /// <summary>Takes the locks of several hosts, or none. One that cannot be reached is left out: nobody else reaches it to change it.</summary>
    /// <param name="hosts">Each at most once; this machine, where <c>ClusterLock</c> serves, is left out.</param>
    /// <param name="what">What is to be done there, for others who want it meanwhile; seen by all users of the hosts.</param>
    /// <param name="options">Null is the usual.</param>
    /// <param name="events">As above.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">ClusterBusy: somebody else holds one of them; those taken are let go.</exception>
    public static async Task<HostLocks> TakeAllAsync(
        IEnumerable<IHost> hosts, string what, HostLockOptions? options, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ISessionHost[] others =
        [
            .. hosts.Where(host => host is not LocalHost).OfType<ISessionHost>().OrderBy(host => host.Name, StringComparer.Ordinal),
        ];
        if (others.Length == 0) return new HostLocks([]);

        // The first by name alone: of two who begin at the same time for the same hosts, one gets it and then all the others.
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

    /// <returns>Null where the host cannot be reached.</returns>
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

    /// <summary>Lets it go; others can take it when this is through.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        using (var limit = new CancellationTokenSource(EndLimit))
        {
            try
            {
                await _session.EndAsync(limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is EtcdException or OperationCanceledException or IOException)
            {
                // The connection is gone: the host lets it go by itself when it hears no more of us.
            }
        }

        await _session.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _lost.Dispose();
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

    // A sign says when it was given. The answer carries that back, so that the host's limit is known to have begun later.
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
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // let go, or the other one has seen the end
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
            // let go, or the other one has given up
        }
    }

    private static string Waiting(string host, HostLockHolder? holder, TimeSpan patience) => string.Create(CultureInfo.InvariantCulture,
        $"{host} is locked by {holder?.ToString() ?? "an operation whose owner cannot be read yet"}. Waiting at most {patience.TotalSeconds:0} s: the lock is released when that operation ends or its machine can no longer be reached.");

    private static EtcdException Busy(string host, HostLockHolder? holder) =>
        new(EtcdErrorIds.ClusterBusy,
            $"Somebody else is changing {host}: {holder?.ToString() ?? "who it is cannot be read yet"}.")
        {
            Target = host,
            NextStep = "Wait until that has ended, then run the command again.",
        };
}
