using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Says how a cluster differs from its profile, and what can be done about it.</summary>
internal sealed class ProfileWarnings(EtcdCluster cluster, ClusterDifference? difference)
{
    /// <summary>A warning for each kind of difference; none where they are the same.</summary>
    public IEnumerable<string> All
    {
        get
        {
            if (difference is null) yield break;
            if (difference.Missing.Count > 0)
            {
                string names = string.Join(", ", difference.Missing.Select(member => member.Name));
                yield return $"Cluster '{cluster.Name}' does not have {List(difference.Missing.Select(member => member.Name))} of its profile. "
                    + (Interrupted ?? $"To add a lost member again, run Repair-EtcdMember {names} -Cluster {cluster.Name}. If it was removed on purpose, run Remove-EtcdMember {names} -Cluster {cluster.Name}, which clears its host and the profile, or, to leave its host alone, {FromCluster}.");
            }

            if (difference.Unknown.Count > 0)
            {
                yield return $"Cluster '{cluster.Name}' has {List(difference.Unknown.Select(NameOf))}, and its profile does not: it was added by other means, or the profile is older than the cluster. "
                    + (Interrupted ?? $"To take members and addresses into the profile as the cluster has them, run {FromCluster}. Where an Add-EtcdMember was interrupted, run it again instead.");
            }

            foreach ((MemberSpec spec, Member member) in difference.Moved)
            {
                yield return $"Cluster '{cluster.Name}' has member {spec.Name} at {string.Join(", ", member.PeerUrls.Select(EndpointUrl.Show))}, and its profile at {EndpointUrl.Show(spec.PeerUrl(cluster.RequireSpec().Tls))}. "
                    + (Interrupted ?? $"To take the address into the profile, run {FromCluster}. Where a Set-EtcdConfiguration was interrupted, run it again instead.");
            }
        }
    }

    private string FromCluster => $"Set-EtcdConfiguration {cluster.Name} -FromCluster";

    // Such a difference is the middle of a change, and no command but that one may touch it.
    private string? Interrupted => cluster.Spec switch
    {
        { Recovery: not null } => "A Repair-EtcdCluster was interrupted: run it again.",
        { Restore: not null } => "A Restore-EtcdSnapshot was interrupted: run it again.",
        _ => null,
    };

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return $"{(all.Length == 1 ? "member" : "members")} {string.Join(", ", all)}";
    }

    private static string NameOf(Member member) => member.IsStarted ? member.Name : member.Id.ToString();
}
