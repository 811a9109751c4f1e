using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Refuses a harmful repair before anything is changed.</summary>
internal sealed class RecoveryGuard(EtcdCluster cluster, ClusterHealth health)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // etcd's default (server/embed/config.go, 3.5).
    private static readonly TimeSpan DefaultElectionTimeout = TimeSpan.FromSeconds(1);

    // The space that a new log reserves (64 MB a segment), in addition to the data.
    private const long LogBytes = 64L << 20;

    /// <summary>
    /// Refuses to rebuild a cluster that has a quorum, or may have one. An exception is a cluster of the source alone, which an interrupted
    /// repair leaves.
    /// </summary>
    /// <exception cref="EtcdException">QuorumExists; QuorumAtRisk: it may have a quorum.</exception>
    public async Task RequireNoQuorumAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        EtcdException? refusal = health.Members.Any(member => member.HasQuorum == true)
            ? HasQuorum()
            : await MayHaveQuorumAsync(clock, cancellationToken).ConfigureAwait(false);
        if (refusal is null) return;
        if (RecoveryPaths.Begun(cluster) is { } begun && await IsAloneAsync(begun.Source, cancellationToken).ConfigureAwait(false)) return;
        throw refusal;
    }

    private async Task<EtcdException?> MayHaveQuorumAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        foreach (EtcdHealth member in health.Members.Where(member => member.Reachable && member.IsLearner != true))
        {
            if (member.HasQuorum is null) return NotTold(member);
            if (await KnowsLeaderAsync(member, clock, cancellationToken).ConfigureAwait(false)) return Follows(member);
        }

        return null;
    }

    /// <summary>Whether it keeps its leader: a member that is cut off loses its leader, or its leadership, within two election timeouts.</summary>
    private async Task<bool> KnowsLeaderAsync(EtcdHealth member, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (member.KnowsLeader != true) return false;
        EtcdClient client = cluster.Client.ForEndpoint(member.Endpoint!).WithCalls(CallTimeout, retry: false); // it answered there
        TimeSpan patience = 2 * (cluster.RequireSpec().Tuning.ElectionTimeout ?? DefaultElectionTimeout);
        long start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                if ((await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false)).Leader.IsNone) return false;
            }
            catch (EtcdRpcException)
            {
                return false; // it stopped answering
            }

            if (clock.GetElapsedTime(start) >= patience) return true;
            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    // Not from the verdicts: while a member starts, they are made from the profile's addresses, which may belong to another cluster.
    private async Task<bool> IsAloneAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            return await MemberQuery.ListAsync(cluster, CallTimeout, cancellationToken).ConfigureAwait(false) is [var only] && only.Name == source;
        }
        catch (EtcdRpcException)
        {
            return false;
        }
    }

    /// <summary>
    /// Refuses members that would continue to serve the old cluster beside the rebuilt one (a split brain). Members that do not answer from here
    /// may still serve clients elsewhere.
    /// </summary>
    /// <exception cref="EtcdException">QuorumAtRisk.</exception>
    public void RequireStopped(IReadOnlyList<MemberData> all)
    {
        if (all.FirstOrDefault(data => data.State == RecoveryDataState.Unreachable && Answers(data)) is { } unmanaged)
        {
            throw AtRisk(
                unmanaged.Member.Name,
                $"The etcd of member {unmanaged.Member.Name} answers, but its host {unmanaged.Member.HostName} cannot be managed now, "
                    + $"so this etcd would continue in the old cluster: {unmanaged.Silence}",
                "Make the host reachable, or log in there, stop its etcd and disable its unit, so that it does not start again. Then run the "
                    + "command again.");
        }

        var silent = QuorumCount.Of(all, data => !data.IsLearner, data => data.IsRunning && !Answers(data));
        if (!silent.Holds) return;
        throw AtRisk(
            cluster.Name,
            string.Create(CultureInfo.InvariantCulture,
                $"The etcd of {silent.Up} members of cluster '{cluster.Name}' runs, which is a quorum, but none of them answers from here. "
                    + $"They may still serve other clients."),
            "Check their logs, and check from a host of a client whether they serve (etcdctl endpoint health). Only if they serve no client, stop "
                + "them (Stop-EtcdMember) and run the command again.");
    }

    /// <summary>Refuses data that is too new for the installed etcd.</summary>
    /// <exception cref="EtcdException">DataTooNew.</exception>
    public static void RequireVersion(RecoveryChoice choice, EtcdVersion installed)
    {
        bool isRestored = choice.Method == RecoveryMethod.Restore;
        // A source has a database.
        if (DataVersion.RefusalOfMember(choice.Chosen.Database!, choice.Chosen.Member.Name, installed, isRestored) is { } refusal) throw refusal;
    }

    /// <exception cref="EtcdException">DiskFull.</exception>
    public static void RequireSpace(RecoveryChoice choice)
    {
        DataListing listing = choice.Chosen.Listing!; // a source was listed
        bool isRestored = choice.Method == RecoveryMethod.Restore;
        (FolderSpace Space, long Bytes)[] needs =
        [
            (listing.Space, isRestored ? listing.Database!.Size : listing.IsKept ? 0 : listing.Space.UsedBytes), // a source has a database
            (listing.LogSpace ?? listing.Space, LogBytes + (isRestored || listing.IsKept ? 0 : listing.LogSpace?.UsedBytes ?? 0)),
        ];
        foreach (IGrouping<string, (FolderSpace Space, long Bytes)> shared in needs.GroupBy(need => need.Space.FileSystem))
        {
            (long free, long needed) = (shared.First().Space.FreeBytes, shared.Sum(need => need.Bytes));
            if (free >= needed) continue;
            string place = shared.First().Space == listing.Space ? listing.DataDirectory : listing.WalDirectory;
            throw new EtcdException(EtcdErrorIds.DiskFull,
                string.Create(CultureInfo.InvariantCulture,
                    $"{choice.Chosen.Member.HostName} has {free >> 20} MB left beside {place}, "
                        + $"and {needed >> 20} MB are needed to keep a copy of the old data."))
            {
                Target = choice.Chosen.Member.HostName,
                NextStep =
                    "Free some space there, but delete nothing from the members' data or from the folders named *.before-repair-*; or choose "
                        + "another member (-From).",
            };
        }
    }

    private bool Answers(MemberData data) => health.Members.Any(member => member.Member == data.Member.Name && member.Reachable);

    private EtcdException HasQuorum() => new(
        EtcdErrorIds.QuorumExists, $"Cluster '{cluster.Name}' has its quorum, so it is not rebuilt: a rebuild could only lose data.")
    {
        Target = cluster.Name,
        NextStep = "Re-create a member that lost its data with Repair-EtcdMember. Remove a member that is lost for good with Remove-EtcdMember.",
    };

    private static EtcdException NotTold(EtcdHealth member) => AtRisk(
        member.Member,
        $"Member {member.Member} answers, but did not report whether it has a quorum: {member.Reason}",
        "Supply a user that the member accepts (Get-EtcdCluster -Credential). Only if the cluster serves no client, stop the member's etcd instead "
            + "(Stop-EtcdMember). "
            + "Then run the command again.");

    private static EtcdException Follows(EtcdHealth member) => AtRisk(
        member.Member,
        $"Member {member.Member} knows a leader, so there may be a quorum that is only slow to answer: {member.Reason}",
        "Do not stop members. Lower the load and check Get-EtcdHealth: an overloaded cluster recovers when its load goes down, and loses nothing.");

    private static EtcdException AtRisk(string target, string message, string nextStep) =>
        new(EtcdErrorIds.QuorumAtRisk, message) { Target = target, NextStep = nextStep };
}
