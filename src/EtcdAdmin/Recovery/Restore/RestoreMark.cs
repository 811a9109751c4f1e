using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The mark in the profile that a restore or an undo is in progress: with it, an interrupted one can be continued.</summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="old">Its specification without the mark.</param>
/// <param name="mark">The mark in the profile that it is in progress.</param>
internal sealed class RestoreMark(AdminContext context, EtcdCluster cluster, ClusterSpec old, ClusterRestore mark)
{
    /// <summary>
    /// Adds the step that writes the mark. A rollback keeps the mark while old data is moved aside: the next attempt needs its place.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="action">The step's text.</param>
    /// <param name="subject">What replaces the data, which the operator confirms.</param>
    /// <param name="members">The members whose data is replaced.</param>
    public void AddTo(PlanBuilder plan, string action, string subject, IReadOnlyList<MemberRestore> members) => plan.Add(
        StepText.Here(StepKind.NoteInProfile, action) with { Detail = subject },
        (_, token) => SaveAsync(old with { Restore = mark }, token),
        async (_, token) =>
        {
            await RequireNothingAsideAsync(members, token).ConfigureAwait(false);
            await SaveAsync(old, token).ConfigureAwait(false);
        });

    /// <exception cref="StepNotUndoneException">Old data is still moved aside, or a host did not answer.</exception>
    private static async Task RequireNothingAsideAsync(IReadOnlyList<MemberRestore> members, CancellationToken cancellationToken)
    {
        bool[] kept = await Task.WhenAll(members.Select(member => member.HasArchiveAsync(cancellationToken))).ConfigureAwait(false);
        string[] holding = [.. members.Zip(kept).Where(pair => pair.Second).Select(pair => pair.First.Member.HostName)];
        if (holding.Length == 0) return;
        throw new StepNotUndoneException(
            $"old data is still moved aside on {string.Join(", ", holding)}, or these hosts could not be asked, so the profile keeps the record of "
                + "where it is",
            "Make sure that these hosts can be reached, then run the same command again; it continues.");
    }

    private Task SaveAsync(ClusterSpec spec, CancellationToken cancellationToken) =>
        context.Profiles.SaveAsync(cluster.WithSpec(spec), cancellationToken);
}
