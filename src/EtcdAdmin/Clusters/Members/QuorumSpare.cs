using System.Globalization;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>
/// Lets a member be taken down only while the others serve as a quorum without it: for every step that stops or restarts one, and for its
/// undo, which comes when something has gone wrong and voters may be missing.
/// </summary>
/// <param name="context">The surroundings.</param>
/// <param name="cluster">The cluster, reachable at every address that its members may have by now.</param>
internal sealed class QuorumSpare(AdminContext context, EtcdCluster cluster)
{
    // How long a step waits before it gives up: an election may have come between.
    private static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(10);

    // Elections end within a few seconds with every sensible timeout; whoever has not served for this long has nothing to lose.
    private static readonly TimeSpan SurelyDown = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly HealthOptions Options = new() { Timeout = TimeSpan.FromSeconds(2), LookAtProcesses = false, NotesRevision = false, ComparesProfile = false };

    private long? _undoing;

    /// <summary>Refuses to go on where the others would not keep the quorum.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic; the member has not been touched.</exception>
    public async Task RequireAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        if (await FindLossAsync(member, context.Clock.GetTimestamp(), StepPatience, cancellationToken).ConfigureAwait(false) is not { } loss) return;
        throw new EtcdException(EtcdErrorIds.QuorumAtRisk, $"Member {member.Name} is not restarted now, because that would stop cluster '{cluster.Name}': {loss}.")
        {
            Target = cluster.Name,
            NextStep = "Bring all members up, then run the same command again; it carries on.",
        };
    }

    /// <summary>Why an undo may not take a member down, as the end of a sentence; null where it may. Waits for voters to come back, in all no longer than <see cref="AdminContext.UndoPatience"/>.</summary>
    public Task<string?> FindLossAsync(MemberSpec member, CancellationToken cancellationToken) =>
        FindLossAsync(member, _undoing ??= context.Clock.GetTimestamp(), context.UndoPatience, cancellationToken);

    private async Task<string?> FindLossAsync(MemberSpec member, long start, TimeSpan patience, CancellationToken cancellationToken)
    {
        var checker = new HealthChecker(context);
        bool? runs = null;
        long? silentSince = null;
        while (true)
        {
            ClusterHealth health = await checker.CheckAsync(cluster, Options, cancellationToken).ConfigureAwait(false);
            var all = QuorumCount.Of(health, other => other.Serves);
            var others = QuorumCount.Of(health, other => other.Serves && other.Member != member.Name);
            bool votes = health.Members.All(other => other.Member != member.Name || other.IsLearner != true);
            // One or two voters can spare none: whoever changes them has agreed to the interruption.
            if (!votes || others.Holds || all.Voters - 1 < all.Quorum) return null;
            // What is down already cannot be missed, and starting it with what it had may bring the quorum back.
            runs ??= (await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning;
            if (runs == false) return null;
            silentSince = all.Up > 0 ? null : silentSince ?? context.Clock.GetTimestamp();
            if (silentSince is { } since && context.Clock.GetElapsedTime(since) >= SurelyDown) return null;
            if (silentSince is null && context.Clock.GetElapsedTime(start) >= patience)
                return string.Create(CultureInfo.InvariantCulture, $"of {all.Voters} voters only {others.Up} would serve without it, and the quorum is {others.Quorum}");
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
