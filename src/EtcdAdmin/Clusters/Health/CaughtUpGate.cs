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
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Returns when it has caught up; later writes of clients do not extend the wait.</summary>
    /// <exception cref="EtcdException">MemberStartFailed, NotHealthy.</exception>
    public async Task WaitAsync(EtcdCluster cluster, MemberSpec member, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ended = new EndedProcess(context, [member]);
        long start = context.Clock.GetTimestamp();
        await new MemberGate(context).WaitAsync(cluster, member, timeout, cancellationToken).ConfigureAwait(false);
        EtcdClient client = cluster.Client.ForEndpoint(member.ClientUrl(cluster.RequireSpec().Tls)).WithCalls(CallTimeout, retry: true);
        ulong? goal = null;
        while (true)
        {
            try
            {
                goal ??= await LastIndexAsync(cluster, cancellationToken).ConfigureAwait(false);
                MemberStatus status = await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
                // Before 3.4 a member does not report its applied index; its committed index is the closest value.
                if ((status.RaftAppliedIndex ?? status.RaftIndex) >= goal) return;
            }
            catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection)
            {
                // An election, or a member that has just started; the next check shows the result.
            }

            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                throw new EtcdException(EtcdErrorIds.NotHealthy,
                    $"Member {member.Name} has not caught up with the leader within {timeout.TotalSeconds:0} s.")
                {
                    Target = member.Name,
                    NextStep = $"Read its log: {member.LogPlace}.",
                };
            }

            await ended.ThrowIfEndedAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

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
