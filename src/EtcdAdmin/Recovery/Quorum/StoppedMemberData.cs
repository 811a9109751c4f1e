using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The members' data once all are stopped, and nothing changes it any more.</summary>
/// <param name="reader">Reads it.</param>
/// <param name="cluster">The cluster, as planned for.</param>
/// <param name="request">What was asked.</param>
/// <param name="planned">What was chosen while members may still have run.</param>
/// <param name="all">The data that it was chosen from.</param>
internal sealed class StoppedMemberData(
    MemberDataReader reader, EtcdCluster cluster, RepairClusterRequest request, RecoveryChoice planned, IReadOnlyList<MemberData> all)
{
    /// <summary>The source's.</summary>
    public MemberData Source { get; private set; } = planned.Chosen;

    /// <summary>Reads it, and sees that the choice still stands.</summary>
    /// <exception cref="EtcdException">PlanOutdated: another source would be chosen, or more would be lost than was reported. MemberDataLost, MemberDataUnreadable: it cannot be read any more.</exception>
    public async Task ReadAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        MemberSpec[] reachable = [.. all.Where(data => data.State != RecoveryDataState.Unreachable).Select(data => data.Member)];
        IReadOnlyList<MemberData> read = await reader.ReadAsync(reachable, RecoveryPaths.Begun(cluster), events, cancellationToken).ConfigureAwait(false);
        MemberData[] now = [.. read, .. all.Where(data => data.State == RecoveryDataState.Unreachable)];
        RecoveryChoice choice = RecoveryChoice.Make(cluster, now, request);
        bool isSame = choice.Chosen.Member.Name == planned.Chosen.Member.Name && choice.Method == planned.Method;
        bool isWorse = (choice.IsBehind && !planned.IsBehind) || (choice.Chosen.Log.Uncommitted > 0 && planned.Chosen.Log.Uncommitted == 0);
        if (!isSame || isWorse) throw Outdated(choice);
        Source = choice.Chosen;
    }

    private EtcdException Outdated(RecoveryChoice choice) => new(
        EtcdErrorIds.PlanOutdated,
        $"Until all members of cluster '{cluster.Name}' were stopped, their data has changed: {string.Join("; ", choice.Candidates.Select(candidate => candidate.ToString()))}. Nothing but that was done.")
    {
        Target = cluster.Name,
        NextStep = "Run the command again: it makes a new plan.",
    };
}
