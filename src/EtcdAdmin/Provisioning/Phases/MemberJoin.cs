using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>How a member comes into a cluster that is there.</summary>
/// <param name="After">The cluster with the member.</param>
/// <param name="Calls">Change the membership, through the other members.</param>
internal sealed record MemberJoin(EtcdCluster After, MembershipSteps Calls)
{
    /// <summary>The member as the cluster has it already; null where it is added, and begins empty.</summary>
    public Member? Present { get; init; }

    /// <summary>Whether it is added.</summary>
    public bool IsNew => Present is null;

    /// <summary>Whether it stays without a vote.</summary>
    public bool StaysLearner { get; init; }

    /// <summary>How many voters are up while it has no vote; null is not said.</summary>
    public int? VotersBefore { get; init; }

    /// <summary>How many are up once it votes; null is not said.</summary>
    public int? VotersAfter { get; init; }

    /// <summary>What the place of its earlier data is marked with, before the time.</summary>
    public string AsideMark { get; init; } = "before-joining";

    /// <summary>That time; null is when it is moved.</summary>
    public string? AsideStamp { get; init; }

    /// <summary>What is taken back when a later step fails.</summary>
    public JoinUndo Undo { get; init; }

    /// <summary>The profile before, which comes back with <see cref="JoinUndo.Everything"/>.</summary>
    public EtcdCluster? Before { get; init; }

    /// <summary>Records that it has joined, when it is proved to serve; null saves the profile before it is added.</summary>
    public StepAction? Record { get; init; }

    /// <summary>Whether members of this version join without a vote first.</summary>
    public bool Learns => After.RequireSpec().Version >= Membership.FirstWithLearners;

    /// <summary>Takes back that it was added; one that was there before must only not have its vote by now.</summary>
    /// <exception cref="StepNotUndoneException">It votes, and so stays.</exception>
    public Task LeaveAsync(MemberSpec member, CancellationToken cancellationToken) =>
        IsNew ? Calls.UndoAddAsync(member, cancellationToken) : Calls.RequireNoVoteAsync(member, cancellationToken);
}

/// <summary>What is taken back of a member's joining.</summary>
internal enum JoinUndo
{
    /// <summary>Nothing: the same command carries on from there.</summary>
    Nothing,

    /// <summary>It leaves the cluster and is stopped; what is on its host stays.</summary>
    Membership,

    /// <summary>That, and the profile and the files from before come back.</summary>
    Everything,
}
