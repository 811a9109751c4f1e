using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Members;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Upgrades.Checks;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Gives one member another version: configuration, program, restart, proof. If it fails, the member gets its old version back.</summary>
/// <param name="state">How far the change has come.</param>
/// <param name="member">The member as the profile has it.</param>
/// <param name="change">The version change.</param>
/// <param name="timeout">How long the member and the cluster have to serve again.</param>
/// <param name="isWritten">Whether an interrupted run has written the new configuration already.</param>
internal sealed class MemberUpdate(UpdateState state, MemberSpec member, VersionChange change, TimeSpan timeout, bool isWritten)
{
    // Hashing reads the whole database; a slow disk reads 50 MB in a second.
    private const long HashedPerSecond = 50_000_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private MemberRestart? _restart;
    private bool _done;

    /// <summary>Runs to its end even when the plan is stopped meanwhile: a member between two versions does not serve. All waits have
    /// limits.</summary>
    public async Task RunAsync(IProgress<EtcdEvent>? events)
    {
        CancellationToken whole = CancellationToken.None;
        await LeaveLeadershipAsync(events, whole).ConfigureAwait(false);
        EtcdCluster next = state.With(member, change.To);
        MemberSpec renewed = next.RequireSpec().Named(member.Name)!; // only its version differs
        ClusterSpec before = state.Cluster.RequireSpec();
        _restart = new MemberRestart(
            state.Context, next, renewed, timeout, state.Spare, before.InstalledVersionOf(member),
            isWritten ? EtcdConfiguration.Render(before, member) : null);
        await _restart.ApplyAsync(whole).ConfigureAwait(false);
        await ProveVersionAsync(next, whole).ConfigureAwait(false);
        await new CaughtUpGate(state.Context).WaitAsync(next, renewed, timeout, whole).ConfigureAwait(false);
        await ProveDataAsync(next, whole).ConfigureAwait(false);
        await state.RecordAsync(member, change.To, whole).ConfigureAwait(false);
        _done = true;
        await MemberFiles.ForgetConfigsAsync(state.Context, [member], whole).ConfigureAwait(false);
    }

    /// <summary>Gives the member its old version and configuration back, unless it is done.</summary>
    /// <exception cref="StepNotUndoneException">The member is done, or its old version would refuse the data.</exception>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        EtcdVersion old = state.Cluster.RequireSpec().InstalledVersionOf(member);
        if (_done)
        {
            throw new StepNotUndoneException(
                $"it serves with etcd {change.To}",
                $"Run the same command again to continue, or go back with Update-EtcdCluster {state.Cluster.Name} -Version {change.From}.");
        }

        if (_restart is null) return;
        if (change.Kind == VersionChangeKind.Upgrade && await HasSettledAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new StepNotUndoneException(
                $"the cluster's version is {MinorLine.Of(change.To)} already, and etcd {old} would refuse the data of member {member.Name}",
                $"Read its log ({member.LogPlace}), then run the same command again.");
        }

        await _restart.UndoAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task LeaveLeadershipAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        Membership now = await Membership.ReadAsync(state.Context, state.Cluster, cancellationToken).ConfigureAwait(false);
        if (now.Voters < 2 || now.Leader is not { } leader || leader.Name != member.Name) return;
        if (!LeaderMover.CanMove(now))
        {
            events.Message(
                $"Member {member.Name} leads, and etcd {change.From} cannot move leadership: the other members elect a leader when it stops.");
            return;
        }

        events.Message($"Member {member.Name} leads; leadership moves to another member first.");
        await new LeaderMover(state.Context).MoveAwayAsync(now.Cluster, leader.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task ProveVersionAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        MemberStatus status = await cluster.Client.ForEndpoint(member.ClientUrl(cluster.RequireSpec().Tls)).WithCalls(timeout, retry: true)
            .Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        if (EtcdVersion.TryParse(status.Version, out EtcdVersion running) && running == change.To) return;
        throw new EtcdException(EtcdErrorIds.StepFailed, $"Member {member.Name} runs etcd {status.Version} after its restart, not {change.To}.")
        {
            Target = member.Name,
            NextStep = $"Check the programs in {member.BinDirectory} on {member.HostName}, and the unit's drop-in files.",
        };
    }

    private async Task ProveDataAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        Membership now = await Membership.ReadAsync(state.Context, cluster, cancellationToken).ConfigureAwait(false);
        if (now.Voters < 2) return;
        var options = new HealthOptions
        {
            CheckHash = true,
            Timeout = TimeSpan.FromSeconds(5 + (now.DatabaseBytes / HashedPerSecond)),
            LookAtProcesses = false,
            ComparesProfile = false,
        };
        long start = state.Context.Clock.GetTimestamp();
        while (true)
        {
            ClusterHealth health = await new HealthChecker(state.Context).CheckAsync(cluster, options, cancellationToken).ConfigureAwait(false);
            EtcdHealth[] compared = [.. health.Members.Where(other => other.HashConsistent is not null)];
            if (compared.FirstOrDefault(other => other.HashConsistent == false) is { } differs)
            {
                throw new EtcdException(
                    EtcdErrorIds.Corrupt, $"After member {member.Name} was updated, the data of member {differs.Member} differs from "
                        + "that of the other members.")
                {
                    Target = differs.Member,
                    NextStep =
                        "Stop here, and find out which members have the right data (Get-EtcdHealth -CheckHash) before anything else is restarted.",
                };
            }

            // Members that compact at this moment cannot be compared; the next look can.
            if (compared.Any(other => other.Member == member.Name) || IsLearner(now)) return;
            if (state.Context.Clock.GetElapsedTime(start) > timeout) throw NotCompared(health);
            await Task.Delay(Interval, state.Context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsLearner(Membership now) => now.Find(member) is { IsLearner: true };

    private EtcdException NotCompared(ClusterHealth health) => new(
        EtcdErrorIds.NotHealthy,
        $"The data of member {member.Name} could not be compared with that of the other members within {timeout.TotalSeconds:0} s: {health.Summary}.")
    {
        Target = member.Name,
        NextStep = "Check the members with Get-EtcdHealth -CheckHash, then run the same command again, with a longer -Timeout for a large database.",
    };

    private async Task<bool> HasSettledAsync(CancellationToken cancellationToken)
    {
        try
        {
            Membership now = await Membership.ReadAsync(state.Context, state.Cluster, cancellationToken).ConfigureAwait(false);
            IReadOnlyDictionary<string, ServerVersions> versions = await UpgradeFacts.ReadVersionsAsync(now, cancellationToken).ConfigureAwait(false);
            return versions.Values.Any(version => version.Cluster is { } agreed && MinorLine.Of(agreed) == MinorLine.Of(change.To)
                && MinorLine.Of(agreed) != change.From);
        }
        catch (EtcdException)
        {
            return false; // no member answers; the old version is tried
        }
    }
}
