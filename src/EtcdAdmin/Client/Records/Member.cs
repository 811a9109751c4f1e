namespace EtcdAdmin.Client.Records;

/// <summary>One member as the cluster's own list knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; empty until its process first announced itself.</param>
/// <param name="PeerUrls">Where the other members reach it.</param>
/// <param name="ClientUrls">Where clients reach it, as it says itself; empty until it first announced itself.</param>
/// <param name="IsLearner">It follows without a vote; always false before etcd 3.4.</param>
public sealed record Member(MemberId Id, string Name, IReadOnlyList<Uri> PeerUrls, IReadOnlyList<Uri> ClientUrls, bool IsLearner)
{
    /// <summary>False until the new process first announced itself: etcd lists it with an empty name.</summary>
    public bool IsStarted => Name.Length > 0;

    internal static Member From(Wire.Member member) => new(
        new MemberId(member.ID), member.Name, Urls(member.PeerURLs), Urls(member.ClientURLs), member.IsLearner);

    internal static IReadOnlyList<Member> FromAll(IEnumerable<Wire.Member> members) => [.. members.Select(From)];

    // etcd checks URLs when it takes them, so what is none here was never dialled by anybody.
    private static IReadOnlyList<Uri> Urls(IEnumerable<string> texts) =>
        [.. texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? url : null).OfType<Uri>()];
}

/// <summary>The cluster's members.</summary>
/// <param name="Header">Who answered; its <see cref="EtcdHeader.ClusterId"/> is the cluster's.</param>
/// <param name="Members">All of them, learners too.</param>
public sealed record MemberList(EtcdHeader Header, IReadOnlyList<Member> Members);

/// <summary>A member was added.</summary>
/// <param name="Header">Who answered.</param>
/// <param name="Added">The new one, not started yet.</param>
/// <param name="Members">All of them now.</param>
public sealed record MemberAddResult(EtcdHeader Header, Member Added, IReadOnlyList<Member> Members);
