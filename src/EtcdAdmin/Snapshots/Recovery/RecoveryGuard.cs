using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>Refuses a repair that would do harm, before anything is changed.</summary>
internal sealed class RecoveryGuard(EtcdCluster cluster, ClusterHealth health)
{
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(5);

    // What a new log reserves (64 MB a segment), beside the data itself.
    private const long LogBytes = 64L << 20;

    /// <summary>A cluster that agrees is not rebuilt. One that consists of the source alone is what an interrupted repair left.</summary>
    /// <exception cref="EtcdException">QuorumExists.</exception>
    public async Task RequireNoQuorumAsync(CancellationToken cancellationToken)
    {
        if (!health.Members.Any(member => member.HasQuorum == true)) return;
        if (cluster.RequireSpec().Recovery is { } begun && await IsAloneAsync(begun.Source, cancellationToken).ConfigureAwait(false)) return;
        throw new EtcdException(EtcdErrorIds.QuorumExists, EtcdErrorKind.InvalidOperation,
            $"Cluster '{cluster.Name}' has its quorum, so it is not rebuilt: that could only lose data.")
        {
            Target = cluster.Name,
            NextStep = "Give a member that lost its data a new life with Repair-EtcdMember; take one that is gone for good out with Remove-EtcdMember.",
        };
    }

    // Not from the verdicts: while a member starts, they are on the addresses that are known here, whoever belongs to the cluster.
    private async Task<bool> IsAloneAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            return await MemberQuery.ListAsync(cluster, ListTimeout, cancellationToken).ConfigureAwait(false) is [var only] && only.Name == source;
        }
        catch (EtcdRpcException)
        {
            return false;
        }
    }

    /// <summary>
    /// Members that go on serving the old cluster beside the rebuilt one would split it in two. That nobody answers from here does not
    /// prove that they do not serve others.
    /// </summary>
    /// <exception cref="EtcdException">QuorumAtRisk.</exception>
    public void RequireStopped(IReadOnlyList<MemberData> all)
    {
        foreach (MemberData data in all.Where(data => data.State == RecoveryDataState.Unreachable))
        {
            if (!health.Members.Any(member => member.Member == data.Member.Name && member.Reachable)) continue;
            throw new EtcdException(EtcdErrorIds.QuorumAtRisk, EtcdErrorKind.InvalidOperation,
                $"The etcd of member {data.Member.Name} answers, but its host {data.Member.HostName} cannot be managed now, so it would go on in the old cluster: {data.Silence}")
            {
                Target = data.Member.Name,
                NextStep = "Make the host reachable, or stop its etcd there by hand.",
            };
        }

        int running = all.Count(data => data is { IsRunning: true, IsLearner: false });
        int quorum = (all.Count(data => !data.IsLearner) / 2) + 1;
        if (running < quorum || health.Members.Any(member => member.Reachable)) return;
        throw new EtcdException(EtcdErrorIds.QuorumAtRisk, EtcdErrorKind.InvalidOperation,
            string.Create(CultureInfo.InvariantCulture,
                $"The etcd of {running} members of cluster '{cluster.Name}' runs, which is a quorum, but none of them answers from here; they may well serve others."))
        {
            Target = cluster.Name,
            NextStep = "Look at Get-EtcdHealth and at their logs. If they do not serve, stop them (Stop-EtcdMember) and run the command again.",
        };
    }

    /// <exception cref="EtcdException">DiskFull.</exception>
    public static void RequireSpace(RecoveryChoice choice)
    {
        DataListing listing = choice.Chosen.Listing!; // chosen from what could be read
        long needed = LogBytes + (choice.Method == RecoveryMethod.ForceNewCluster ? listing.UsedBytes : listing.Database!.Size);
        if (listing.FreeBytes >= needed) return;
        throw new EtcdException(EtcdErrorIds.DiskFull, EtcdErrorKind.InvalidOperation,
            string.Create(CultureInfo.InvariantCulture,
                $"{choice.Chosen.Member.HostName} has {listing.FreeBytes >> 20} MB left beside {choice.Chosen.Member.Layout.DataDirectory}, and {needed >> 20} MB are needed to keep a copy of the data."))
        {
            Target = choice.Chosen.Member.HostName,
            NextStep = "Free some space there, or choose another member (-From).",
        };
    }
}
