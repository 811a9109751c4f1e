using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Phases;

namespace EtcdAdmin.Maintenance.FullDisk;

/// <summary>The steps around the repair of members whose disk is full: they get just enough room to start, and reserve their log again at the
/// end.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="members">The members.</param>
internal sealed class FullDiskSteps(AdminContext context, EtcdCluster cluster, IReadOnlyList<FullDiskMember> members)
{
    // The next log file has 64 MB (server/storage/wal/wal.go, SegmentSizeBytes). While etcd tries in vain to reserve it, it takes the last free
    // space, and may not even be able to open its present log.
    private const long RoomToReserve = 80_000_000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static string Free => ShellScript.Of(typeof(FullDiskSteps), "free-full-disk");

    private static string Release => ShellScript.Of(typeof(FullDiskSteps), "release-full-disk");

    /// <summary>Adds the steps before the compaction.</summary>
    public void AddStart(PlanBuilder plan)
    {
        FullDiskMember[] full = [.. members.Where(member => member.NeedsRoom)];
        if (full.Length == 0) return;
        plan.NextStage();
        foreach (FullDiskMember one in full)
        {
            plan.Add(
                one.Member.Step(StepKind.FreeDisk, $"Free {ByteSizes.Show(one.SpareBytes)} on the full disk of member {one.Member.Name}: "
                    + "the space that etcd reserves for its next log file, and unfinished copies of its database") with
                { Leaves = $"the log file that member {one.Member.Name} had reserved, which etcd makes again" },
                async (_, token) =>
                {
                    await context.ServiceOf(one.Member).StopAsync(one.Member, token).ConfigureAwait(false); // it is restarted again and again
                    await RunAsync(one.Member, "free space for", Free,
                        [one.Member.Layout.DataDirectory, one.Member.WalFolder, one.Member.Unit ?? ""], token).ConfigureAwait(false);
                });
        }

        string names = string.Join(", ", full.Select(one => one.Member.Name));
        plan.NextStage().Add(
            StepText.Here(StepKind.StartMember, $"Start {(full.Length == 1 ? "member" : "members")} {names}") with { Subject = names },
            (events, token) => StartAsync([.. full.Select(one => one.Member)], events, token));
    }

    /// <summary>Adds the steps after the defragmentation.</summary>
    public void AddRestart(PlanBuilder plan)
    {
        var operate = new MemberOperator(context);
        foreach (MemberSpec member in members.Select(one => one.Member))
        {
            plan.NextStage().Add(
                member.Step(
                    StepKind.RestartMember, $"Restart member {member.Name}, which then reserves its next log file again, if its disk has room") with
                { Interrupts = Interruption.Member },
                async (events, token) =>
                {
                    FullDiskMember now = await new FullDiskReader(context).LookAsync(member, token).ConfigureAwait(false);
                    if (now.FreeBytes < RoomToReserve)
                    {
                        events.Warning($"The disk of member {member.Name} has only {ByteSizes.Show(now.FreeBytes)} free, so the member goes on "
                            + "without reserving space for its log. Free space on its host, or move the data to a larger disk (Move-EtcdData); then "
                            + $"run Repair-EtcdSpace {cluster.Name} again, which turns that on again.");
                        return;
                    }

                    await operate.GuardQuorumAsync(cluster, member.Name, token).ConfigureAwait(false);
                    await RunAsync(member, "release the log of", Release, [member.WalFolder, member.Unit ?? ""], token).ConfigureAwait(false);
                    await operate.RestartAsync(cluster, member.Name, StartLimit, token).ConfigureAwait(false);
                });
        }
    }

    private async Task StartAsync(IReadOnlyList<MemberSpec> starting, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        IReadOnlyList<MemberStart> started = await TryStartAsync(starting, cancellationToken).ConfigureAwait(false);
        MemberSpec[] ended = [.. starting.Where(member => started.Any(start => start.Member == member.Name && start.Error is not null))];
        bool[] cut = await Task.WhenAll(ended.Select(member => CutAsync(member, events, cancellationToken))).ConfigureAwait(false);
        if (cut.Any(done => done)) started = await TryStartAsync(ended, cancellationToken).ConfigureAwait(false);
        if (started.FirstOrDefault(start => start.Error is not null) is not { } failed) return;
        throw new EtcdException(EtcdErrorIds.DiskFull,
            $"Member {failed.Member} did not start with the space that etcd could spare on its full disk: {failed.Error!.Message}", failed.Error)
        {
            Target = failed.Member,
            NextStep = "Free space on that disk by removing files that are not etcd's, or enlarge it. Folders named data.before-* beside etcd's data "
                + "are copies that earlier commands kept: move those away that you no longer need. Then run the same command again.",
        };
    }

    private Task<IReadOnlyList<MemberStart>> TryStartAsync(IReadOnlyList<MemberSpec> starting, CancellationToken cancellationToken) =>
        new MemberOperator(context).StartAsync(
            cluster, [.. starting.Select(member => member.Name)], StartLimit, PlanExecutor.DefaultThrottleLimit, cancellationToken);

    private async Task<bool> CutAsync(MemberSpec member, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        await context.ServiceOf(member).StopAsync(member, cancellationToken).ConfigureAwait(false); // systemd starts it again and again
        bool cut = await new TornLog(context).CutAsync(member, cancellationToken).ConfigureAwait(false);
        if (cut) events.Message($"The log of member {member.Name} ended with an incomplete record, which was cut off and kept beside the log.");
        return cut;
    }

    private Task RunAsync(MemberSpec member, string what, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(member).RunRequiredAsync($"{what} member {member.Name}", new HostScript(script) { Arguments = arguments }, cancellationToken);
}
