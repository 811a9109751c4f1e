using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots;

/// <summary>The member that a snapshot is taken from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">What it runs.</param>
/// <param name="Client">A client of that member alone.</param>
/// <param name="Cluster">The cluster that it belongs to.</param>
/// <param name="DbSizeBytes">Its database; the snapshot gets as large, give or take what is written meanwhile.</param>
internal sealed record SnapshotSource(string Name, EtcdVersion? Version, EtcdClient Client, ClusterId Cluster, long DbSizeBytes)
{
    // Streaming reads the whole database; a follower's disk has less to do than the leader's.
    private static int Burden(EtcdHealth member) => member.IsLeader == true ? 1 : 0;

    /// <summary>Chooses the member.</summary>
    /// <exception cref="EtcdException">MemberNotFound: none of that name. NotHealthy: none that can be trusted with it. PermissionDenied, AuthFailed.</exception>
    public static async Task<SnapshotSource> ChooseAsync(
        AdminContext context, EtcdCluster cluster, string? wanted, CancellationToken cancellationToken)
    {
        ClusterHealth health = await new HealthChecker(context).CheckAsync(cluster, new HealthOptions { ComparesProfile = false }, cancellationToken).ConfigureAwait(false);
        // Where the user may not even ask for the status (etcd 3.6), the refusal says more than the health made of it.
        if (!health.Members.Any(found => found.DbSizeBytes is not null) && health.Members.Any(found => found.Reachable))
            await cluster.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        EtcdHealth member = wanted is null ? Freshest(cluster, health) : Named(cluster, health, wanted);
        EtcdClient client = cluster.Client.ForEndpoint(member.Endpoint!); // it answered there
        MemberStatus status = await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotSource(member.Member, member.RunningVersion, client, status.Header.ClusterId, status.DbSizeBytes);
    }

    private static EtcdHealth Freshest(EtcdCluster cluster, ClusterHealth health) =>
        // A full quota (NOSPACE) stops writes, not reads, so such a member is as good as any; a corrupt one is not.
        health.Members
            .Where(member => member.Reachable && member.IsLearner != true && member.DbSizeBytes is not null)
            .Where(member => member.Alarms?.Contains(AlarmType.Corrupt) != true)
            .OrderByDescending(member => member.HasQuorum == true)
            .ThenBy(member => member.RaftLag ?? 0)
            .ThenBy(Burden)
            .FirstOrDefault()
        ?? throw new EtcdException(EtcdErrorIds.NotHealthy,
            $"No member of cluster '{cluster.Name}' can give a snapshot. "
            + string.Join("; ", health.Members.Select(member => $"{member.Member}: {member.Reason}")))
        {
            Target = cluster.Name,
            NextStep = "Get-EtcdHealth shows what is wrong; name a member to insist on it.",
        };

    private static EtcdHealth Named(EtcdCluster cluster, ClusterHealth health, string name)
    {
        EtcdHealth? member = health.Members.FirstOrDefault(found => found.Member == name || found.MemberId?.ToString() == name);
        if (member is { Endpoint: not null }) return member;
        throw new EtcdException(EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{name}'.")
        {
            Target = name,
            NextStep = $"Its members are {string.Join(", ", health.Members.Select(found => found.Member))}.",
        };
    }
}
