using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

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
                yield return $"Cluster '{cluster.Name}' does not have {List(difference.Missing.Select(member => member.Name))} of its profile. Repair-EtcdMember adds a lost member again, Remove-EtcdMember takes it out of the profile.";
            if (difference.Unknown.Count > 0)
                yield return $"Cluster '{cluster.Name}' has {List(difference.Unknown.Select(NameOf))}, and its profile does not: it was added by other means, or the profile is older than the cluster.";
            foreach ((MemberSpec spec, Member member) in difference.Moved)
                yield return $"Cluster '{cluster.Name}' has member {spec.Name} at {string.Join(", ", member.PeerUrls.Select(Text))}, and its profile at {Text(spec.PeerUrl(cluster.RequireSpec().Tls))}.";
        }
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return $"{(all.Length == 1 ? "member" : "members")} {string.Join(", ", all)}";
    }

    private static string NameOf(Member member) => member.IsStarted ? member.Name : member.Id.ToString();

    private static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
