using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Warnings about differences between a cluster and its profile, with the next steps.</summary>
internal sealed class ProfileWarnings(EtcdCluster cluster, ClusterDifference? difference)
{
    /// <summary>A warning for each kind of difference; none if there is no difference.</summary>
    public IEnumerable<string> All
    {
        get
        {
            if (difference is null) yield break;
            if (cluster.Spec?.TlsChange is not null)
            {
                yield return $"TLS of cluster '{cluster.Name}' is being turned on or off. To complete that, run Enable-EtcdTls {cluster.Name}; "
                    + $"to go back, run Disable-EtcdTls {cluster.Name}.";
            }

            if (difference.Missing.Count > 0)
            {
                string names = string.Join(", ", difference.Missing.Select(member => member.Name));
                yield return $"Cluster '{cluster.Name}' is missing {List(difference.Missing.Select(member => member.Name))}, "
                    + "which the profile lists. "
                    + (Interrupted ?? $"To add a lost member again, run Repair-EtcdMember {names} -Cluster {cluster.Name}. "
                        + $"If it was removed on purpose, run Remove-EtcdMember {names} -Cluster {cluster.Name} to remove it from its host "
                        + $"and from the profile. To update only the profile and leave the host unchanged, run {FromCluster}.");
            }

            if (difference.Unknown.Count > 0)
            {
                yield return $"Cluster '{cluster.Name}' has {List(difference.Unknown.Select(NameOf))}, but its profile does not: "
                    + "the member was added without EtcdAdmin, or the profile is older than the cluster. "
                    + (Interrupted ?? $"To copy members and addresses of the cluster into the profile, run {FromCluster}. "
                        + "If an Add-EtcdMember was interrupted, run Add-EtcdMember again instead.");
            }

            foreach ((MemberSpec spec, Member member) in difference.Moved)
            {
                yield return $"Cluster '{cluster.Name}' has member {spec.Name} at {string.Join(", ", member.PeerUrls.Select(EndpointUrl.Show))}, "
                    + $"but its profile has {EndpointUrl.Show(spec.PeerUrl(cluster.RequireSpec().Tls))}. "
                    + (Interrupted ?? $"To copy the address into the profile, run {FromCluster}. "
                        + "If a Set-EtcdConfiguration was interrupted, run Set-EtcdConfiguration again instead.");
            }
        }
    }

    private string FromCluster => $"Set-EtcdConfiguration {cluster.Name} -FromCluster";

    // Such a difference belongs to an interrupted change, and only that command may continue it.
    private string? Interrupted => cluster.Spec switch
    {
        { Recovery: not null } => "Repair-EtcdCluster was interrupted. Run it again to finish.",
        { Restore: not null } => "Restore-EtcdSnapshot was interrupted. Run it again to finish.",
        _ => null,
    };

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return $"{(all.Length == 1 ? "member" : "members")} {string.Join(", ", all)}";
    }

    private static string NameOf(Member member) => member.IsStarted ? member.Name : member.Id.ToString();
}
