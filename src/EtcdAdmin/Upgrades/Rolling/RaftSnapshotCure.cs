using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Upgrades.V2Store;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>
/// Lets a member write a raft snapshot with its present version, so that the new version need not replay the v2 requests in its log.
/// </summary>
/// <param name="state">How far the change has come.</param>
/// <param name="member">The member.</param>
/// <param name="change">The version change.</param>
/// <param name="timeout">How long the member has to serve again, and to write the raft snapshot.</param>
internal sealed class RaftSnapshotCure(UpdateState state, MemberSpec member, VersionChange change, TimeSpan timeout)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>The text of the step.</summary>
    public StepText Text => member.Step(StepKind.WriteRaftSnapshot,
        $"Restart member {member.Name} twice, so that it writes a raft snapshot: its log must not hold v2 "
            + $"requests that etcd {change.To} refuses") with
    {
        Subject = $"{member.Name} {change.To}",
        Interrupts = state.Cluster.RequireSpec().Members.Count <= 2 ? Interruption.Cluster : Interruption.Member,
        VotersUp = state.Cluster.RequireSpec().Members.Count,
    };

    /// <summary>Does it where it is needed. Runs to its end even when the plan is stopped, like the change of the member itself.</summary>
    public async Task RunAsync(IProgress<EtcdEvent>? events)
    {
        CancellationToken whole = CancellationToken.None;
        if (await FindAsync(whole).ConfigureAwait(false) is null) return;
        events.Message($"Member {member.Name} is restarted with snapshot-count 1, and then with its usual settings again.");
        EtcdCluster eager =
            state.Cluster.WithSpec(state.Cluster.RequireSpec() with { Tuning = state.Cluster.RequireSpec().Tuning with { SnapshotCount = 1 } });
        var restart = new MemberRestart(state.Context, eager, member, timeout, state.Spare);
        try
        {
            await restart.ApplyAsync(whole).ConfigureAwait(false);
            await WaitAsync(whole).ConfigureAwait(false);
        }
        finally
        {
            await restart.UndoAsync(whole).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        long start = state.Context.Clock.GetTimestamp();
        while (true)
        {
            // A raft snapshot is written when entries have been applied since the last: each look makes some.
            await new HealthChecker(state.Context).CheckAsync(state.Cluster, new HealthOptions { CheckWrite = true }, cancellationToken)
                .ConfigureAwait(false);
            if (await FindAsync(cancellationToken).ConfigureAwait(false) is not { } obstacle) return;
            if (state.Context.Clock.GetElapsedTime(start) >= timeout)
            {
                throw new EtcdException(EtcdErrorIds.StepFailed,
                    $"Member {member.Name} was restarted to write a raft snapshot, but after {timeout.TotalSeconds:0} s {obstacle.Finding}.")
                {
                    Target = member.Name,
                    NextStep = $"Read its log ({member.LogPlace}), then run the same command again.",
                };
            }

            await Task.Delay(Interval, state.Context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<V2Obstacle?> FindAsync(CancellationToken cancellationToken)
    {
        V2Findings findings = await V2Scanner.ScanAsync(state.Context, member, cancellationToken).ConfigureAwait(false);
        return findings.ObstacleTo(change.To);
    }
}
