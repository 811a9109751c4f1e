using EtcdAdmin.Client;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots;

/// <summary>The member that a snapshot is taken from.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Version">The member's etcd version.</param>
/// <param name="Client">A client of this member only.</param>
/// <param name="Cluster">The member's cluster.</param>
/// <param name="DbSizeBytes">Size of the member's database, which is about the size of the snapshot.</param>
internal sealed record SnapshotSource(string Name, EtcdVersion? Version, EtcdClient Client, ClusterId Cluster, long DbSizeBytes)
{
    // Streaming reads the complete database. A follower's disk has less work than the leader's.
    private static int Burden(EtcdHealth member) => member.IsLeader == true ? 1 : 0;

    /// <summary>Chooses the member.</summary>
    /// <exception cref="EtcdException">MemberNotFound: no member has that name. NotHealthy: no member is suitable. PermissionDenied,
    /// AuthFailed.</exception>
    public static async Task<SnapshotSource> ChooseAsync(
        AdminContext context, EtcdCluster cluster, string? wanted, CancellationToken cancellationToken)
    {
        ClusterHealth health =
            await new HealthChecker(context).CheckAsync(cluster, new HealthOptions { ComparesProfile = false }, cancellationToken).ConfigureAwait(
                false);
        // If the user may not even read the status (etcd 3.6), the refusal is more precise than the health result.
        if (!health.Members.Any(found => found.DbSizeBytes is not null) && health.Members.Any(found => found.Reachable))
            await cluster.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        EtcdHealth member = wanted is null ? Freshest(cluster, health) : Named(cluster, health, wanted);
        EtcdClient client = cluster.Client.ForEndpoint(member.Endpoint!); // it answered at this endpoint
        MemberStatus status = await client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotSource(member.Member, member.RunningVersion, client, status.Header.ClusterId, status.DbSizeBytes);
    }

    private static EtcdHealth Freshest(EtcdCluster cluster, ClusterHealth health) =>
        // A full quota (NOSPACE) stops writes, not reads, so such a member is suitable; a corrupt member is not.
        health.Members
            .Where(member => member.Reachable && member.IsLearner != true && member.DbSizeBytes is not null)
            .Where(member => member.Alarms?.Contains(AlarmType.Corrupt) != true)
            .OrderByDescending(member => member.HasQuorum == true)
            .ThenBy(member => member.RaftLag ?? 0)
            .ThenBy(Burden)
            .FirstOrDefault()
        ?? throw new EtcdException(EtcdErrorIds.NotHealthy,
            $"No member of cluster '{cluster.Name}' can provide a snapshot. "
            + string.Join("; ", health.Members.Select(member => $"{member.Member}: {member.Reason}")))
        {
            Target = cluster.Name,
            NextStep = "Get-EtcdHealth shows what is wrong. To take the snapshot from a specific member anyway, use -Member.",
        };

    private static EtcdHealth Named(EtcdCluster cluster, ClusterHealth health, string name)
    {
        EtcdHealth? member = health.Members.FirstOrDefault(found => found.Member == name || found.MemberId?.ToString() == name);
        if (member is { Endpoint: not null }) return member;
        throw new EtcdException(EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{name}'.")
        {
            Target = name,
            NextStep = $"The members are {string.Join(", ", health.Members.Select(found => found.Member))}.",
        };
    }
}
