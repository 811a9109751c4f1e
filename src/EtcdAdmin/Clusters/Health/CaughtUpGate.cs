using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Waits until a member serves and has applied all entries that the leader had committed at that time.</summary>
internal sealed class CaughtUpGate(AdminContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Returns when it has caught up; later writes of clients do not extend the wait.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy.</exception>
    public async Task WaitAsync(EtcdCluster cluster, MemberSpec member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ended = new EndedProcess(context, [member]);
        long start = context.Clock.GetTimestamp();
        await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
        Uri endpoint = member.ClientUrl(cluster.RequireSpec().Tls);
        if (await TryAsync(cluster, endpoint, start, timeout, ended.ThrowIfEndedAsync, cancellationToken).ConfigureAwait(false)) return;
        await ended.ThrowIfItHasEverEndedAsync(cancellationToken).ConfigureAwait(false);
        throw Late(member.Name, timeout, $"Read its log: {member.LogPlace}.");
    }

    /// <summary>The same for a member whose host may not be managed.</summary>
    /// <exception cref="EtcdException">NotHealthy.</exception>
    public async Task WaitAsync(EtcdCluster cluster, string name, Uri endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        if (await TryAsync(cluster, endpoint, start, timeout, _ => Task.CompletedTask, cancellationToken).ConfigureAwait(false)) return;
        throw Late(name, timeout, "Check it with Get-EtcdHealth, and read its log.");
    }

    private async Task<bool> TryAsync(
        EtcdCluster cluster, Uri endpoint, long start, TimeSpan timeout, Func<CancellationToken, Task> throwIfEnded,
        CancellationToken cancellationToken)
    {
        EtcdClient client = cluster.Client.ForEndpoint(endpoint).WithCalls(CallTimeout, retry: true);
        ulong? goal = null;
        while (true)
        {
            try
            {
                goal ??= await LastIndexAsync(cluster, cancellationToken).ConfigureAwait(false);
                MemberStatus status = await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
                // Before 3.4 a member does not report its applied index; its committed index is the closest value.
                if ((status.RaftAppliedIndex ?? status.RaftIndex) >= goal) return true;
            }
            catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection)
            {
                // An election, or a member that has just started; the next check shows the result.
            }

            if (context.Clock.GetElapsedTime(start) >= timeout) return false;
            await throwIfEnded(cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static EtcdException Late(string member, TimeSpan timeout, string nextStep) => new(
        EtcdErrorIds.NotHealthy, $"Member {member} has not caught up with the leader within {timeout.TotalSeconds:0} s.")
    {
        Target = member,
        NextStep = nextStep,
    };

    /// <summary>The highest committed index of all members.</summary>
    private static async Task<ulong> LastIndexAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ulong?[] indexes = await Task.WhenAll(cluster.Endpoints.Select(async endpoint =>
        {
            try
            {
                MemberStatus status = await cluster.Client.ForEndpoint(endpoint).WithCalls(CallTimeout, retry: false)
                    .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
                return (ulong?)status.RaftIndex;
            }
            catch (EtcdRpcException)
            {
                return null; // other members report it
            }
        })).ConfigureAwait(false);
        return indexes.Max() ?? 0;
    }
}
