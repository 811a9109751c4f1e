using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;
using EtcdAdmin.Upgrades.V2Store;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>Proves that a member that was brought from etcd 2.3 to etcd 3.0 runs it, and has the data of the others.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster with the converted member.</param>
/// <param name="member">The converted member.</param>
/// <param name="timeout">How long each proof may take.</param>
internal sealed class ProofBefore3(AdminContext context, EtcdCluster cluster, MemberSpec member, TimeSpan timeout)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly V2ApiClient _api = new(cluster);

    private bool Tls => cluster.RequireSpec().Tls;

    /// <summary>Proves version and data.</summary>
    /// <exception cref="EtcdException">StepFailed: another version. Corrupt: other data. NotHealthy: it does not catch up.</exception>
    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        EtcdVersion wanted = cluster.RequireSpec().InstalledVersionOf(member);
        ServerVersions running = await cluster.Client.ForEndpoint(member.ClientUrl(Tls)).WithCalls(timeout, retry: false)
            .Api2.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (running.Server != wanted)
        {
            throw new EtcdException(EtcdErrorIds.StepFailed, $"Member {member.Name} runs etcd {running.Server} after its start, not {wanted}.")
            {
                Target = member.Name,
                NextStep = $"Check the programs in {member.BinDirectory} on {member.HostName}.",
            };
        }

        MemberSpec[] others = [.. cluster.RequireSpec().Members.Where(other => other.Name != member.Name)];
        (V2Node Root, ulong Index)[] stores = await Task.WhenAll(others.Select(other =>
            _api.ReadMemberAsync(other.ClientUrl(Tls), cancellationToken))).ConfigureAwait(false);
        (V2Node Root, ulong Index) own = await CatchUpAsync(stores.Select(store => store.Index).DefaultIfEmpty().Max(), cancellationToken)
            .ConfigureAwait(false);
        foreach ((MemberSpec other, (V2Node Root, ulong Index) store) in others.Zip(stores))
        {
            if (V2Agreement.FindDifference(store, own) is not { } difference) continue;
            throw new EtcdException(EtcdErrorIds.Corrupt,
                $"After member {member.Name} was brought to etcd {wanted}, its v2 data differs from that of member {other.Name}: {difference}.")
            {
                Target = member.Name,
                NextStep = "Find out which members have the right data before anything else is restarted: read /v2/keys of each.",
            };
        }
    }

    /// <summary>Waits until all members have agreed on etcd 3.0 and serve the v3 API.</summary>
    /// <param name="finished">The cluster as it is then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EtcdException">NotHealthy: not in time.</exception>
    public async Task ProveClusterAsync(EtcdCluster finished, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        int count = cluster.RequireSpec().Members.Count;
        while (true)
        {
            IReadOnlyList<(string Member, ServerVersions Versions)> all = await GuardBefore3.ReadVersionsAsync(cluster, cancellationToken)
                .ConfigureAwait(false);
            if (all.Count == count && all.All(one => one.Versions.Cluster is { } agreed && MinorLine.Of(agreed) == Before3.Next)) break;
            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                string reported = string.Join(", ", all.Select(one => $"{one.Member}: {one.Versions.Cluster?.ToString() ?? "not decided"}"));
                throw new EtcdException(EtcdErrorIds.NotHealthy,
                    $"All members run etcd 3.0, but within {timeout.TotalSeconds:0} s they did not agree on cluster version 3.0 ({reported}).")
                {
                    Target = cluster.Name,
                    NextStep = "Read the members' logs, then run the same command again; it continues from here.",
                };
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }

        await new HealthGate(context).WaitAsync(finished, timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(V2Node Root, ulong Index)> CatchUpAsync(ulong index, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        while (true)
        {
            (V2Node Root, ulong Index) own = await _api.ReadMemberAsync(member.ClientUrl(Tls), cancellationToken).ConfigureAwait(false);
            if (own.Index >= index) return own;
            if (context.Clock.GetElapsedTime(start) >= timeout)
            {
                throw new EtcdException(EtcdErrorIds.NotHealthy,
                    $"Member {member.Name} has not caught up within {timeout.TotalSeconds:0} s: its v2 data is at index {own.Index}, that of the "
                        + $"others at {index}.")
                {
                    Target = member.Name,
                    NextStep = $"Read its log ({member.LogPlace}), then run the command again with a longer -Timeout.",
                };
            }

            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
