using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The reasons not to bring a member of etcd 2.3 to etcd 3.0 now.</summary>
internal static class GuardBefore3
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Refuses where the members have not agreed on etcd 2.3, where API 2 refuses the user, and data that etcd 3.0 would read in another way.
    /// </summary>
    /// <exception cref="EtcdException">UpgradeRefused, PermissionDenied, NotSupported.</exception>
    public static async Task CheckAsync(Membership membership, MemberSpec old, ConversionFacts facts, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = membership.Cluster;
        if (membership.Health.Members.FirstOrDefault(member => member.Authorized == false) is { } refused)
        {
            throw new EtcdException(EtcdErrorIds.PermissionDenied,
                $"API 2 of member {refused.Member} of cluster '{cluster.Name}' does not let this user read, so the members' data could not be "
                    + "compared. Nothing was changed.")
            {
                Target = cluster.Name,
                NextStep = $"Supply the user root of API 2: Get-EtcdCluster {cluster.Name} -Credential (Get-Credential root) | "
                    + "Get-EtcdMember | Convert-EtcdMember.",
            };
        }

        foreach ((string member, ServerVersions versions) in await ReadVersionsAsync(cluster, cancellationToken).ConfigureAwait(false))
        {
            bool isDone = MinorLine.Of(versions.Server) == Before3.Next;
            if (!isDone && MinorLine.Of(versions.Server) != Before3.Last)
                throw Before3.Refused(cluster.Name, $"member {member} runs etcd {versions.Server}, and all members must run etcd 2.3",
                    "Bring it to etcd 2.3 first, then import the cluster again.");
            // etcd 3.0 is agreed on only when all members run it: then an earlier run was interrupted at its last step.
            if (versions.Cluster is not { } agreed || (MinorLine.Of(agreed) != Before3.Last && !isDone))
                throw Before3.Refused(cluster.Name,
                    $"the members have agreed on {versions.Cluster?.ToString() ?? "no version"}, as member {member} reports, and not on 2.3.0",
                    "Wait some seconds after the last restart, then run the command again.");
        }

        if (facts.OldHasDatabase && old.Adopted!.HasNoDatabase) // it is converted
        {
            throw ManagedPlaces.Unsupported(old,
                $"its data has a database ({old.Adopted!.DataDirectory}/member/snap/db), which etcd 2.3 makes with --experimental-v3demo only, and "
                    + "etcd 3.0 if it was started on this data",
                "If etcd 3.0 was tried on it, remove the member and add it again with etcd 2.3 (etcdctl member remove, etcdctl member add). "
                    + "If it runs with --experimental-v3demo, bring the cluster to etcd 3.0 by hand.");
        }
    }

    /// <summary>Whether the members have agreed on etcd 3.0: from then on none can go back.</summary>
    public static async Task<bool> HasSettledAsync(EtcdCluster cluster, CancellationToken cancellationToken) =>
        (await ReadVersionsAsync(cluster, cancellationToken).ConfigureAwait(false))
            .Any(member => member.Versions.Cluster is { } agreed && MinorLine.Of(agreed) >= Before3.Next);

    /// <summary>What the members report at <c>/version</c>; those that do not answer are left out.</summary>
    public static async Task<IReadOnlyList<(string Member, ServerVersions Versions)>> ReadVersionsAsync(
        EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        (string Member, ServerVersions? Versions)[] answers = await Task.WhenAll(spec.Members.Select(async member =>
            (member.Name, await TryReadAsync(
                cluster.Client.ForEndpoint(member.ClientUrl(spec.Tls)).WithCalls(Patience, retry: false), cancellationToken)
                .ConfigureAwait(false)))).ConfigureAwait(false);
        return [.. answers.Where(answer => answer.Versions is not null).Select(answer => (answer.Member, answer.Versions!))];
    }

    private static async Task<ServerVersions?> TryReadAsync(EtcdClient member, CancellationToken cancellationToken)
    {
        try
        {
            return await member.Api2.VersionsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException)
        {
            return null; // the health says why
        }
    }
}
