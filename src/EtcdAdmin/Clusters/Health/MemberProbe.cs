using System.Diagnostics;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>A member's answers in a health check.</summary>
internal sealed record MemberProbe
{
    // etcdctl's own health check reads this key; it need not exist.
    private const string HealthKey = "health";

    public MemberStatus? Status { get; private init; }

    public EtcdRpcException? StatusError { get; private init; }

    /// <summary>How long the linearizable read took; null if it failed or was refused.</summary>
    public TimeSpan? Latency { get; private init; }

    public EtcdRpcException? ReadError { get; private init; }

    /// <summary>All alarms of the cluster that this member knows; null if it did not report them.</summary>
    public IReadOnlyList<MemberAlarm>? Alarms { get; private init; }

    public bool Reachable => Status is not null || IsAnswer(StatusError) || IsAnswer(ReadError);

    public bool? Authorized =>
        IsRefusal(ReadError) || IsRefusal(StatusError) ? false : ReadError is null ? true : null;

    /// <summary>Whether its host should be checked: it does not answer, or has no quorum or no space.</summary>
    public bool IsInTrouble => !Reachable || HasQuorum == false || Alarms?.Any(alarm => alarm.Type == AlarmType.NoSpace) == true;

    // The permission is checked after the quorum has agreed on the read, so "permission denied" proves the quorum.
    public bool? HasQuorum => Status?.IsLearner == true ? null
        : Latency is not null || ReadError?.Error == EtcdError.PermissionDenied ? true
        : IsRefusal(ReadError) || !Reachable ? null
        : false;

    /// <summary>Sends all queries to one member at once.</summary>
    public static async Task<MemberProbe> AskAsync(EtcdClient member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task clock = CompareClockAsync(member, timeout, cancellationToken);
        Task<(MemberStatus?, EtcdRpcException?)> status = TryAsync(() => member.Maintenance.StatusAsync(cancellationToken));
        Task<(IReadOnlyList<MemberAlarm>?, EtcdRpcException?)> alarms = TryAsync(() => member.Maintenance.AlarmsAsync(cancellationToken));
        Task<(TimeSpan? Took, EtcdRpcException? Error)> read = ReadAsync(member.WithCalls(timeout, retry: true), cancellationToken);
        await Task.WhenAll(status, alarms, read, clock).ConfigureAwait(false);
        (MemberStatus? answer, EtcdRpcException? statusError) = await status.ConfigureAwait(false);
        (TimeSpan? took, EtcdRpcException? readError) = await read.ConfigureAwait(false);
        return new MemberProbe
        {
            Status = answer,
            StatusError = statusError,
            Latency = took,
            ReadError = readError,
            Alarms = (await alarms.ConfigureAwait(false)).Item1,
        };
    }

    /// <summary>The same with API 2, for a cluster of etcd 2.3: it has no alarms.</summary>
    public static async Task<MemberProbe> AskBefore3Async(EtcdClient member, CancellationToken cancellationToken)
    {
        Task<(MemberStatus?, EtcdRpcException?)> status = TryAsync(() => member.Api2.StatusAsync(cancellationToken));
        Task<(TimeSpan, EtcdRpcException?)> read = TryAsync(() => member.Api2.ReadAsync(cancellationToken));
        await Task.WhenAll(status, read).ConfigureAwait(false);
        (MemberStatus? answer, EtcdRpcException? statusError) = await status.ConfigureAwait(false);
        (TimeSpan took, EtcdRpcException? readError) = await read.ConfigureAwait(false);
        return new MemberProbe { Status = answer, StatusError = statusError, Latency = readError is null ? took : null, ReadError = readError };
    }

    /// <summary>The answers of a member without an endpoint.</summary>
    public static MemberProbe None { get; } = new();

    private static async Task CompareClockAsync(EtcdClient member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await member.CompareClocksAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A hanging member has no clock to compare; the other queries report that it hangs.
        }
    }

    // Repeated within the time: during an election one read fails and the next succeeds, and no quorum was lost.
    private static async Task<(TimeSpan? Took, EtcdRpcException? Error)> ReadAsync(EtcdClient member, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        (_, EtcdRpcException? error) = await TryAsync(() => member.Kv.CountAsync(KeyRange.Key(HealthKey), cancellationToken: cancellationToken))
            .ConfigureAwait(false);
        return error is null ? (Stopwatch.GetElapsedTime(start), null) : (null, error);
    }

    private static async Task<(T?, EtcdRpcException?)> TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return (await call().ConfigureAwait(false), null);
        }
        catch (EtcdRpcException e)
        {
            return (default, e);
        }
    }

    private static bool IsAnswer(EtcdRpcException? error) => error is not null && error.Error != EtcdError.None;

    /// <summary>Whether an error is about the user.</summary>
    public static bool IsRefusal(EtcdRpcException? error) => error?.Error is EtcdError.PermissionDenied or EtcdError.UserEmpty
        or EtcdError.AuthFailed or EtcdError.InvalidAuthToken or EtcdError.AuthOldRevision;
}
