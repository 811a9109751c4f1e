using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Defragmentation;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Maintenance.History;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;

namespace EtcdAdmin.Maintenance.Space;

/// <summary>Brings a cluster back that has run out of space: compacts its history, defragments its members one by one, disarms the alarm, and proves
/// that it accepts writes.</summary>
/// <param name="context">The context.</param>
public sealed class SpaceRepairer(AdminContext context)
{
    // Without an alarm the repair begins here.
    private const double HighPart = 0.80;

    // A defragmentation interrupts the member, which a few pages do not pay for.
    private const int GainPercent = 1;

    /// <summary>Plans the repair; reads the cluster and changes nothing.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where no alarm is armed and all databases are below four fifths of their quotas.</returns>
    /// <exception cref="EtcdException">Corrupt: the alarm CORRUPT must be dealt with first. NotHealthy: a member does not serve. QuorumAtRisk.</exception>
    public async Task<Operation<EtcdSpaceRepair>> PlanAsync(EtcdCluster cluster, SpaceRepairRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        cluster = facts.Cluster;
        IReadOnlyList<EtcdAlarm> alarms = AlarmReader.Of(facts, null);
        RequireNotCorrupt(cluster, alarms);
        var compaction = new CompactionStep(facts, new CompactionRequest { Keep = request.Keep, Physical = true });
        var members = new DefragmentSteps(context, facts, new DefragmentRequest { AllowLeader = request.AllowLeader, MinimumGainPercent = GainPercent });
        var plan = new PlanBuilder($"Making space in cluster {cluster.Name}", cluster.Name);
        bool isNeeded = alarms.Count > 0 || facts.Members.Any(member => member.DatabaseBytes >= member.QuotaBytes * HighPart);
        if (isNeeded)
        {
            facts.RequireAll("Defragmentation");
            compaction.AddTo(plan, await CompactionStep.CurrentAsync(facts, cancellationToken).ConfigureAwait(false));
            members.AddTo(plan, facts.Members);
            if (alarms.Count > 0)
            {
                plan.NextStage().Add(
                    StepText.Here(StepKind.CheckSpace, "Check that all databases are below their quotas now"), (_, token) => CheckAsync(cluster, token));
            }

            AlarmClearer.AddTo(plan, cluster, alarms);
            VoterWrites.AddTo(plan, facts);
        }

        return new Operation<EtcdSpaceRepair>(
            plan.Build(),
            isNeeded ? [.. facts.Members.Where(member => member.Disk is null).Select(DefragmentGuard.UnknownRoom)] : [],
            OperationLock.Of(context, cluster.Name, cluster.Spec?.Members ?? []),
            again => PlanAsync(cluster, request, again),
            _ => Task.FromResult(new EtcdSpaceRepair
            {
                Cluster = cluster,
                Compaction = compaction.Done,
                Members = members.Done,
                Disarmed = isNeeded ? alarms : [],
                Advice = SpaceAdvice.Of(facts),
            }));
    }

    private async Task CheckAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        SpaceFacts now = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        if (now.Members.Where(member => member.IsFull).MaxBy(member => member.DatabaseBytes) is not { } full) return;
        throw new EtcdException(EtcdErrorIds.NoSpace,
            $"The present keys of cluster '{cluster.Name}' fill its quota: without history, the database of member {full.Name} still has "
                + $"{ByteSizes.Show(full.DatabaseBytes)} of {ByteSizes.Show(full.QuotaBytes)}. The alarm stays armed, and the cluster refuses puts.")
        {
            Target = cluster.Name,
            NextStep = "Delete keys that are not needed, which works with the alarm too (Measure-EtcdSnapshot shows which prefixes are largest), or raise "
                + $"the quota (Set-EtcdConfiguration {cluster.Name} -QuotaBytes 8GB). Then run the same command again.",
        };
    }

    private static void RequireNotCorrupt(EtcdCluster cluster, IReadOnlyList<EtcdAlarm> alarms)
    {
        if (alarms.FirstOrDefault(alarm => alarm.Alarm == AlarmType.Corrupt) is not { } corrupt) return;
        throw new EtcdException(EtcdErrorIds.Corrupt,
            $"Cluster '{cluster.Name}' has the alarm CORRUPT, raised by member {corrupt.Member}. It forbids compaction, and the data must be repaired first.")
        {
            Target = cluster.Name,
            NextStep = corrupt.NextStep,
        };
    }
}
