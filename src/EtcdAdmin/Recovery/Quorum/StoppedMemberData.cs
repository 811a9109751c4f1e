using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The members' data once all members are stopped and it no longer changes.</summary>
/// <param name="reader">Reads it.</param>
/// <param name="cluster">The cluster as planned.</param>
/// <param name="request">The request.</param>
/// <param name="planned">The choice made while members may still have run.</param>
/// <param name="all">The data that the choice was made from.</param>
internal sealed class StoppedMemberData(
    MemberDataReader reader, EtcdCluster cluster, RepairClusterRequest request, RecoveryChoice planned, IReadOnlyList<MemberData> all)
{
    /// <summary>The source's data.</summary>
    public MemberData Source { get; private set; } = planned.Chosen;

    /// <summary>Reads the data, and checks that the choice is still right.</summary>
    /// <exception cref="EtcdException">
    /// PlanOutdated: another source would be chosen, or more would be lost than reported. MemberDataLost, MemberDataUnreadable: it can no longer
    /// be read.
    /// </exception>
    public async Task ReadAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        MemberSpec[] reachable = [.. all.Where(data => data.State != RecoveryDataState.Unreachable).Select(data => data.Member)];
        IReadOnlyList<MemberData> read = await reader.ReadAsync(reachable, RecoveryPaths.Begun(cluster), events, cancellationToken).ConfigureAwait(
            false);
        MemberData[] now = [.. read, .. all.Where(data => data.State == RecoveryDataState.Unreachable)];
        RecoveryChoice choice = RecoveryChoice.Make(cluster, now, request);
        bool isSame = choice.Chosen.Member.Name == planned.Chosen.Member.Name && choice.Method == planned.Method;
        bool isWorse = (choice.IsBehind && !planned.IsBehind) || (choice.Chosen.Log.Uncommitted > 0 && planned.Chosen.Log.Uncommitted == 0);
        if (!isSame || isWorse) throw Outdated(choice);
        Source = choice.Chosen;
    }

    private EtcdException Outdated(RecoveryChoice choice) => new(
        EtcdErrorIds.PlanOutdated,
        $"The data of cluster '{cluster.Name}' changed before all members were stopped: "
            + $"{string.Join("; ", choice.Candidates.Select(candidate => candidate.ToString()))}. "
            + "All members are now stopped, so the cluster serves no client; nothing else was changed.")
    {
        Target = cluster.Name,
        NextStep = "Run the command again: it makes a new plan.",
    };
}
