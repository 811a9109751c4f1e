using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters;

/// <summary>The differences between the members of a cluster and its specification.</summary>
/// <param name="Missing">Members of the specification that the cluster does not have.</param>
/// <param name="Unknown">Members of the cluster that the specification does not have.</param>
/// <param name="Moved">Members in both, but with different peer URLs.</param>
internal sealed record ClusterDifference(
    IReadOnlyList<MemberSpec> Missing, IReadOnlyList<Member> Unknown, IReadOnlyList<(MemberSpec Spec, Member Member)> Moved)
{
    /// <summary>Whether there are no differences.</summary>
    public bool IsEmpty => Missing.Count == 0 && Unknown.Count == 0 && Moved.Count == 0;

    /// <summary>Compares a specification with the cluster's member list.</summary>
    /// <param name="spec">The profile's specification.</param>
    /// <param name="members">The cluster's members.</param>
    public static ClusterDifference Between(ClusterSpec spec, IReadOnlyList<Member> members)
    {
        (MemberSpec Spec, Member? Member)[] pairs = [.. spec.Members.Select(member => (member, Find(spec, member, members)))];
        return new ClusterDifference(
            [.. pairs.Where(pair => pair.Member is null).Select(pair => pair.Spec)],
            [.. members.Where(member => pairs.All(pair => pair.Member != member))],
            [.. pairs.Where(pair => pair.Member is not null && !HasPeerUrl(spec, pair.Spec, pair.Member)).Select(pair => (pair.Spec, pair.Member!))]);
    }

    /// <summary>The cluster's member for a member of the specification; null if there is none. A member that has never started has no name yet, but a
    /// peer URL.</summary>
    /// <param name="spec">The profile's specification.</param>
    /// <param name="member">One of its members.</param>
    /// <param name="members">The cluster's members.</param>
    public static Member? Find(ClusterSpec spec, MemberSpec member, IReadOnlyList<Member> members) =>
        members.FirstOrDefault(found => found.Name == member.Name)
        ?? members.FirstOrDefault(found => !found.IsStarted && HasPeerUrl(spec, member, found));

    private static bool HasPeerUrl(ClusterSpec spec, MemberSpec member, Member found) =>
        spec.PossiblePeerUrlsOf(member).Any(wanted => found.PeerUrls.Any(url =>
            Uri.Compare(url, wanted, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0));
}
