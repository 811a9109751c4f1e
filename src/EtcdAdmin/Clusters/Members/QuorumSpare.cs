using System.Globalization;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Members;

/// <summary>Allows taking a member down only while the other members serve as a quorum without it: for every step that stops or restarts a member,
/// and for its undo, which runs after a failure, when voters may be missing.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster, with every address that its members may have by now.</param>
internal sealed class QuorumSpare(AdminContext context, EtcdCluster cluster)
{
    // How long a step waits before it fails: an election may be running.
    private static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(10);

    // With reasonable timeouts elections end within a few seconds; a cluster that has not served for this long has no quorum to lose.
    private static readonly TimeSpan SurelyDown = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly HealthOptions Options =
        new() { Timeout = TimeSpan.FromSeconds(2), LookAtProcesses = false, SavesRevision = false, ComparesProfile = false };

    private long? _undoing;

    /// <summary>Throws if the other members would not keep the quorum.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk, with the arithmetic; the member was not changed.</exception>
    public async Task RequireAsync(MemberSpec member, CancellationToken cancellationToken)
    {
        if (await FindLossAsync(member, context.Clock.GetTimestamp(), StepPatience, cancellationToken).ConfigureAwait(false) is not { } loss) return;
        throw new EtcdException(
            EtcdErrorIds.QuorumAtRisk, $"Member {member.Name} was not restarted, because that would take away the quorum of cluster "
            + $"'{cluster.Name}': {loss}.")
        {
            Target = cluster.Name,
            NextStep = "Start all members, then run the same command again; it continues with the remaining members.",
        };
    }

    /// <summary>Why an undo must not take a member down, as the end of a sentence; null if it may. Waits for missing voters, in total at most <see
    /// cref="AdminContext.UndoPatience"/>.</summary>
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
            // One or two voters can spare none: the operator who changes them has agreed to the interruption.
            if (!votes || others.Holds || all.Voters - 1 < all.Quorum) return null;
            // A member that is already down cannot be missed, and starting it may bring the quorum back.
            runs ??= (await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning;
            if (runs == false) return null;
            silentSince = all.Up > 0 ? null : silentSince ?? context.Clock.GetTimestamp();
            if (silentSince is { } since && context.Clock.GetElapsedTime(since) >= SurelyDown) return null;
            if (silentSince is null && context.Clock.GetElapsedTime(start) >= patience)
                return string.Create(CultureInfo.InvariantCulture, $"only {others.Up} of {all.Voters} voters would be up without it, and the "
                    + $"quorum is {others.Quorum}");
            await Task.Delay(Interval, context.Clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
