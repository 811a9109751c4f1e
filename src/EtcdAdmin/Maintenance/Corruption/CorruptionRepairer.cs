using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Maintenance.Alarms;
using EtcdAdmin.Maintenance.Comparison;
using EtcdAdmin.Maintenance.Facts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Alarms;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Maintenance.Corruption;

/// <summary>Replaces a member whose data is damaged by what the majority of the voters has, keeps its data as evidence, and disarms the alarm CORRUPT
/// once all data is proved to be equal.</summary>
/// <param name="context">The context.</param>
public sealed class CorruptionRepairer(AdminContext context)
{
    private const string Mark = "corrupt";

    /// <summary>Plans the replacement; compares the data of the members and changes nothing.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="member">The member: its name, its id in hexadecimal, or its host.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">Corrupt: no majority has the same data. RequestRefused: the member's data is not damaged. Otherwise as for
    /// <see cref="MemberRepairer.PlanAsync"/>.</exception>
    /// <exception cref="AggregateException">Several problems of the host.</exception>
    public async Task<Operation<EtcdCorruptionRepair>> PlanAsync(
        EtcdCluster cluster, string member, RepairMemberRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        cluster.RequireConverted();
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        MemberTarget target = MemberTarget.Find(facts.Membership, member);
        DataComparison data = await new DataComparer(context).CompareAsync(facts, cancellationToken).ConfigureAwait(false);
        string finding = Judge(facts, data, target);
        string stamp = context.Stamp();
        MemberRepairPlan repair = await new MemberRepairer(context)
            .BuildAsync(facts.Cluster, member, request with { AsideMark = Mark, AsideStamp = stamp }, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<long> compared = [];
        repair.Plan.NextStage().Add(
            StepText.Here(StepKind.ProveEqualData, "Prove that the data of all voters is equal"),
            async (_, token) => compared = await ProveAsync(repair.Cluster, token).ConfigureAwait(false));
        DisarmStep.AddTo(repair.Plan, repair.Cluster, AlarmType.Corrupt);
        VoterWrites.AddTo(repair.Plan, context, repair.Cluster);
        MemberSpec spec = repair.Member;
        return new Operation<EtcdCorruptionRepair>(
            repair.Plan.Build(),
            [.. repair.Warnings, .. Doubts(facts, data, target)],
            OperationLock.Of(context, cluster.Name, repair.Cluster.RequireSpec().Members),
            again => PlanAsync(cluster, spec.Name, request, again),
            _ => Task.FromResult(new EtcdCorruptionRepair
            {
                Cluster = repair.Cluster,
                Member = spec.Name,
                HostName = spec.HostName,
                EvidencePath = repair.HasData ? $"{spec.Layout.DataDirectory}.{Mark}-{stamp}" : null,
                EvidenceWalPath = repair.HasData && spec.WalPath is { } wal ? $"{wal}.{Mark}-{stamp}" : null,
                Finding = finding,
                ComparedRevisions = compared,
            }));
    }

    /// <summary>What is wrong with the member; refuses to replace one that may hold the only good data.</summary>
    private static string Judge(SpaceFacts facts, DataComparison data, MemberTarget target)
    {
        string cluster = facts.Cluster.Name;
        if (!data.IsDecided)
        {
            string why = data.Differs
                ? $"no majority of its {data.Voters} voters has the same data (compared at {data.Compared})"
                : $"the data of too few of its {data.Voters} voters could be compared (no hash from {string.Join(", ", data.Silent)})";
            throw new EtcdException(
                EtcdErrorIds.Corrupt, $"It is not known whose data in cluster '{cluster}' is damaged: {why}. Nothing was changed.")
            {
                Target = cluster,
                NextStep = data.Differs
                    ? CorruptCause.Next(facts, data)
                    : "Bring the members up (Start-EtcdMember), then run the same command again.",
            };
        }

        if (target.Member is not { } present || !data.Revisions.Any(at => at.Hashes.ContainsKey(present.Id)))
            return $"The data of member {target.Name} could not be compared; the other voters hold the same data.";
        if (data.Odd.Contains(present.Id))
            return $"The data of member {target.Name} differs from that of the majority at {data.Differing(present.Id)}.";
        string damaged = data.Odd.Count > 0
            ? $"The data of {string.Join(", ", data.Odd.Select(id => CorruptCause.NameOf(facts, id)))} differs."
            : "All compared members hold the same data.";
        throw new EtcdException(EtcdErrorIds.RequestRefused,
            $"The data of member {target.Name} of cluster '{cluster}' is that of the majority (compared at {data.Compared}), "
                + $"so it is not replaced. {damaged}")
        {
            Target = target.Name,
            NextStep = data.Odd.Count > 0
                ? CorruptCause.Next(facts, data)
                : $"If the alarm CORRUPT is armed, Clear-EtcdAlarm {cluster} disarms it. Repair-EtcdMember without "
                    + "-Reason replaces the member anyway.",
        };
    }

    private static IEnumerable<string> Doubts(SpaceFacts facts, DataComparison data, MemberTarget target)
    {
        if (target.Member is { IsLearner: false } present && data.Silent.Contains(Membership.NameOf(present)))
            yield return $"Member {target.Name} did not report a hash, so it is not proved that its data is damaged. "
                + "The data of the other voters is equal.";
        foreach (MemberId other in data.Odd.Where(id => id != target.Member?.Id))
            yield return $"The data of member {CorruptCause.NameOf(facts, other)} differs too. Replace it after this one.";
    }

    private async Task<IReadOnlyList<long>> ProveAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        SpaceFacts facts = await SpaceFacts.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        DataComparison data = await new DataComparer(context).CompareAsync(facts, cancellationToken).ConfigureAwait(false);
        if (data.IsEqual) return [.. data.Revisions.Select(at => at.Revision)];
        (_, string cause) = CorruptCause.Of(facts, data);
        throw new EtcdException(
            EtcdErrorIds.Corrupt, $"The data of cluster '{cluster.Name}' is not proved to be equal, so no alarm was disarmed. {cause}")
        {
            Target = cluster.Name,
            NextStep = CorruptCause.Next(facts, data),
        };
    }
}
