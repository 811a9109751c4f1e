using Wire = Etcdserverpb;

namespace EtcdAdmin.Client.Records;

/// <summary>One member in the cluster's member list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty until its process has started for the first time.</param>
/// <param name="PeerUrls">Its URLs for other members.</param>
/// <param name="ClientUrls">Its URLs for clients, as the member reports them; empty until it has started for the first time.</param>
/// <param name="IsLearner">It is a learner (no vote); always false before etcd 3.4.</param>
public sealed record Member(MemberId Id, string Name, IReadOnlyList<Uri> PeerUrls, IReadOnlyList<Uri> ClientUrls, bool IsLearner)
{
    /// <summary>False until the new process has started for the first time: etcd lists it with an empty name.</summary>
    public bool IsStarted => Name.Length > 0;

    internal static Member From(Wire.Member member) => new(
        new MemberId(member.ID), member.Name, Urls(member.PeerURLs), Urls(member.ClientURLs), member.IsLearner);

    internal static IReadOnlyList<Member> FromAll(IEnumerable<Wire.Member> members) => [.. members.Select(From)];

    // etcd checks URLs when it accepts them, so an invalid one was never used.
    private static IReadOnlyList<Uri> Urls(IEnumerable<string> texts) =>
        [.. texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? url : null).OfType<Uri>()];
}

/// <summary>The cluster's members.</summary>
/// <param name="Header">The header of the answer; its <see cref="EtcdHeader.ClusterId"/> is the cluster's.</param>
/// <param name="Members">All members, including learners.</param>
public sealed record MemberList(EtcdHeader Header, IReadOnlyList<Member> Members);

/// <summary>The result of adding a member.</summary>
/// <param name="Header">The header of the answer.</param>
/// <param name="Added">The new member, not started yet.</param>
/// <param name="Members">All members after the change.</param>
public sealed record MemberAddResult(EtcdHeader Header, Member Added, IReadOnlyList<Member> Members);
