using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>How a member joins an existing cluster.</summary>
/// <param name="After">The cluster with the member.</param>
/// <param name="Calls">The calls that change the membership, through other members.</param>
internal sealed record MemberJoin(EtcdCluster After, MembershipSteps Calls)
{
    /// <summary>The member that is already in the cluster; null where a new member is added, which starts empty.</summary>
    public Member? Present { get; init; }

    /// <summary>Whether the member is added.</summary>
    public bool IsNew => Present is null;

    /// <summary>Whether the member is not promoted to voter.</summary>
    public bool StaysLearner { get; init; }

    /// <summary>The number of voters that are up while the member has no vote; null shows none.</summary>
    public int? VotersBefore { get; init; }

    /// <summary>The number of voters that are up once the member votes; null shows none.</summary>
    public int? VotersAfter { get; init; }

    /// <summary>The mark in the new name of its old data, before the time.</summary>
    public string AsideMark { get; init; } = "before-joining";

    /// <summary>The time in that name; null means the time of the move.</summary>
    public string? AsideStamp { get; init; }

    /// <summary>What is rolled back when a later step fails.</summary>
    public JoinUndo Undo { get; init; }

    /// <summary>The profile before the change, which <see cref="JoinUndo.Everything"/> saves again.</summary>
    public EtcdCluster? Before { get; init; }

    /// <summary>Records the member once it is proved to serve; null saves the profile before the member is added.</summary>
    public StepAction? Record { get; init; }

    /// <summary>Whether members of this version join without a vote first.</summary>
    public bool Learns => After.RequireSpec().Version >= Membership.FirstWithLearners;

    /// <summary>Removes an added member from the cluster. For a member that was there before, only checks that it has no vote by now.</summary>
    /// <exception cref="StepNotUndoneException">It is a voter and is kept.</exception>
    public Task LeaveAsync(MemberSpec member, CancellationToken cancellationToken) =>
        IsNew ? Calls.UndoAddAsync(member, cancellationToken) : Calls.RequireNoVoteAsync(member, cancellationToken);
}

/// <summary>What is rolled back when joining a member fails.</summary>
internal enum JoinUndo
{
    /// <summary>Nothing: the same command carries on from there.</summary>
    Nothing,

    /// <summary>The member leaves the cluster and is stopped; its files are kept on the host.</summary>
    Membership,

    /// <summary>The same, and the old profile and files are put back.</summary>
    Everything,
}
