using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Maintenance.FullDisk;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Alarms;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Maintenance.Space;

/// <summary>Brings a cluster back that has run out of space: compacts its history, defragments its members one by one, disarms the alarm, and proves
/// that it accepts writes.</summary>
/// <param name="context">The context.</param>
public sealed class SpaceRepairer(AdminContext context)
{
    // Without an alarm the repair begins here.
    private const double HighPart = 0.80;

    // On a full disk etcd does not reserve its next log file meanwhile, so only what it writes until the next step must fit beside the copy.
    private const long SmallReserve = 4L << 20;

    // A defragmentation interrupts the member, which a few pages do not pay for.
    private const int GainPercent = 1;

    /// <summary>Plans the repair; reads the cluster and changes nothing.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where no alarm is armed and all databases are below four fifths of their quotas.</returns>
    /// <exception cref="EtcdException">Corrupt: the alarm CORRUPT must be dealt with first. NotHealthy: a member does not serve.
    /// QuorumAtRisk.</exception>
    public async Task<Operation<EtcdSpaceRepair>> PlanAsync(EtcdCluster cluster, SpaceRepairRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster = await Membership.AsSavedAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<FullDiskMember> full = await new FullDiskReader(context).FindAsync(cluster, cancellationToken).ConfigureAwait(false);
        var plan = new PlanBuilder($"Making space in cluster {cluster.Name}", cluster.Name);
        var compaction = new CompactionStep(context, cluster, new CompactionRequest { Keep = request.Keep, Physical = true });
        var members = new DefragmentSteps(context, cluster, new DefragmentRequest
        {
            AllowLeader = request.AllowLeader,
            MinimumGainPercent = GainPercent,
            ReserveBytes = full.Count > 0 ? SmallReserve : new DefragmentRequest().ReserveBytes,
        });
        (IReadOnlyList<EtcdAlarm> alarms, IReadOnlyList<string> warnings) = full.Count > 0
            ? (AddAll(plan, cluster, full, compaction, members), [])
            : await AddNeededAsync(plan, cluster, compaction, members, cancellationToken).ConfigureAwait(false);
        return new Operation<EtcdSpaceRepair>(
            plan.Build(),
            warnings,
            OperationLock.Of(context, cluster.Name, cluster.Spec?.Members ?? []),
            again => PlanAsync(cluster, request, again),
            async token => new EtcdSpaceRepair
            {
                Cluster = cluster,
                Compaction = compaction.Done,
                Members = members.Done,
                Disarmed = alarms,
                Advice = SpaceAdvice.Of(await SpaceFacts.ReadAsync(context, cluster, token).ConfigureAwait(false)),
            });
    }

    /// <summary>Adds all steps for a cluster in which members with a full disk do not serve, so that little is known of it.</summary>
    private IReadOnlyList<EtcdAlarm> AddAll(
        PlanBuilder plan, EtcdCluster cluster, IReadOnlyList<FullDiskMember> full, CompactionStep compaction, DefragmentSteps members)
    {
        var disks = new FullDiskSteps(context, cluster, full);
        disks.AddStart(plan);
        compaction.AddTo(plan, null);
        members.AddTo(plan, cluster.RequireSpec().Members);
        AddCheck(plan, cluster);
        DisarmStep.AddTo(plan, cluster, AlarmType.NoSpace);
        disks.AddRestart(plan);
        VoterWrites.AddTo(plan, context, cluster);
        return [];
    }

    /// <summary>Adds the steps that a serving cluster needs; none where it has space.</summary>
    private async Task<(IReadOnlyList<EtcdAlarm> Alarms, IReadOnlyList<string> Warnings)> AddNeededAsync(
        PlanBuilder plan, EtcdCluster cluster, CompactionStep compaction, DefragmentSteps members, CancellationToken cancellationToken)
    {
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<EtcdAlarm> alarms = AlarmReader.Of(facts, null);
        RequireNotCorrupt(cluster, alarms);
        if (alarms.Count == 0 && facts.Members.All(member => member.DatabaseBytes < member.QuotaBytes * HighPart)) return ([], []);
        facts.RequireAll("Defragmentation");
        compaction.AddTo(plan, await CompactionStep.CurrentAsync(facts, cancellationToken).ConfigureAwait(false));
        members.AddTo(plan, facts, [.. facts.Members.Where(member => member.Health.IsLearner != true)]);
        if (alarms.Count > 0) AddCheck(plan, cluster);
        AlarmClearer.AddTo(plan, cluster, alarms);
        VoterWrites.AddTo(plan, context, cluster);
        return (alarms, [.. facts.Members.Where(member => member.Disk is null).Select(DefragmentGuard.UnknownRoom)]);
    }

    private void AddCheck(PlanBuilder plan, EtcdCluster cluster) => plan.NextStage().Add(
        StepText.Here(StepKind.CheckSpace, "Check that all databases are below their quotas now"), (_, token) => CheckAsync(cluster, token));

    private async Task CheckAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        SpaceFacts now = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        if (now.Members.Where(member => member.IsFull)
            .OrderBy(member => member.Health.IsLearner == true).ThenByDescending(member => member.DatabaseBytes)
            .FirstOrDefault() is not { } full) return;
        if (full.Health.IsLearner == true) throw FullLearner(cluster, full);
        throw new EtcdException(EtcdErrorIds.NoSpace,
            $"The present keys of cluster '{cluster.Name}' fill its quota: without history, the database of member {full.Name} still has "
                + $"{ByteSizes.Show(full.DatabaseBytes)} of {ByteSizes.Show(full.QuotaBytes)}. The alarm stays armed, and the cluster refuses puts.")
        {
            Target = cluster.Name,
            NextStep = "Delete keys that are not needed, which works with the alarm too (Measure-EtcdSnapshot shows which prefixes are largest), "
                + $"or raise the quota (Set-EtcdConfiguration {cluster.Name} -QuotaBytes 8GB). Then run the same command again.",
        };
    }

    // It would raise the alarm again with the next put.
    private static EtcdException FullLearner(EtcdCluster cluster, MemberSpace learner) => new(EtcdErrorIds.NoSpace,
        $"Learner {learner.Name} of cluster '{cluster.Name}' still has {ByteSizes.Show(learner.DatabaseBytes)} of "
            + $"{ByteSizes.Show(learner.QuotaBytes)}, and etcd defragments only voters. The alarm stays armed, and the cluster refuses puts.")
    {
        Target = cluster.Name,
        NextStep = $"Remove the learner (Remove-EtcdMember {learner.Name} -Cluster {cluster.Name}), run the same command again, "
            + "then add it anew (Add-EtcdMember).",
    };

    private static void RequireNotCorrupt(EtcdCluster cluster, IReadOnlyList<EtcdAlarm> alarms)
    {
        if (alarms.FirstOrDefault(alarm => alarm.Alarm == AlarmType.Corrupt) is not { } corrupt) return;
        throw new EtcdException(EtcdErrorIds.Corrupt,
            $"Cluster '{cluster.Name}' has the alarm CORRUPT, raised by member {corrupt.Member}. It forbids compaction, and "
                + "the data must be repaired first.")
        {
            Target = cluster.Name,
            NextStep = corrupt.NextStep,
        };
    }
}
