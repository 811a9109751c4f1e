using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What the profile says while a cluster's data is replaced, by a restore or its undoing: with it, an interrupted one can be carried on.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="old">Its specification without such a note.</param>
/// <param name="note">The note.</param>
internal sealed class SwitchNote(AdminContext context, EtcdCluster cluster, ClusterSpec old, ClusterRestore note)
{
    /// <summary>Adds the step that writes it. While data that was replaced lies aside, the next attempt has to know where, so the note is kept in the profile.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="action">What the step says.</param>
    /// <param name="subject">What the data is replaced with, which is agreed to.</param>
    /// <param name="members">The members whose data is replaced.</param>
    public void AddTo(PlanBuilder plan, string action, string subject, IReadOnlyList<MemberRestore> members) => plan.Add(
        StepText.Here(StepKind.NoteInProfile, action) with { Detail = subject },
        (_, token) => SaveAsync(old with { Restore = note }, token),
        async (_, token) =>
        {
            await RequireNothingAsideAsync(members, token).ConfigureAwait(false);
            await SaveAsync(old, token).ConfigureAwait(false);
        });

    /// <exception cref="StepNotUndoneException">Some data is aside, or a host did not say.</exception>
    private static async Task RequireNothingAsideAsync(IReadOnlyList<MemberRestore> members, CancellationToken cancellationToken)
    {
        bool[] kept = await Task.WhenAll(members.Select(member => member.HasArchiveAsync(cancellationToken))).ConfigureAwait(false);
        string[] holding = [.. members.Zip(kept).Where(pair => pair.Second).Select(pair => pair.First.Member.HostName)];
        if (holding.Length == 0) return;
        throw new StepNotUndoneException(
            $"old data still lies aside on {string.Join(", ", holding)}, or cannot be looked for there, so the profile keeps the note of where it is",
            "See that these hosts can be reached, then run the same command again; it carries on from there.");
    }

    private Task SaveAsync(ClusterSpec spec, CancellationToken cancellationToken) => context.Profiles.SaveAsync(cluster.WithSpec(spec), cancellationToken);
}
