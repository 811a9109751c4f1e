using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The specifications that a cluster goes through while it is rebuilt: one member, then one more at a time.</summary>
/// <param name="Alone">What serves before the first joins.</param>
/// <param name="Joining">Those that join, in order, as they join.</param>
/// <param name="Steps">The cluster after each of them.</param>
internal sealed record RecoverySpecs(ClusterSpec Alone, IReadOnlyList<MemberSpec> Joining, IReadOnlyList<ClusterSpec> Steps)
{
    /// <summary>The member that the cluster is rebuilt from.</summary>
    public MemberSpec Source => Alone.Members[0];

    /// <summary>The cluster with all of them.</summary>
    public ClusterSpec Final => Steps.Count > 0 ? Steps[^1] : Alone;

    /// <summary>For a rebuild from one member.</summary>
    public static RecoverySpecs Make(EtcdCluster cluster, RecoveryChoice choice, IReadOnlyList<MemberSpec> others)
    {
        ClusterSpec spec = cluster.RequireSpec();
        MemberSpec source = choice.Chosen.Member;
        ClusterSpec alone = spec with { Members = [source], Recovery = null };
        // A restored cluster gets another id by another token, so that members of the old one cannot mix with it. A forced one goes on
        // under its id, by which members of the old one find out that they were removed.
        if (choice.Method == RecoveryMethod.Restore) alone = alone.WithToken(ClusterSpec.NewToken(cluster.Name));
        IEnumerable<MemberSpec> leftOut = spec.Members.Concat(spec.Recovery?.Waiting ?? []).DistinctBy(member => member.Name)
            .Where(member => member.Name != source.Name && !others.Any(other => other.Name == member.Name));
        alone = leftOut.Aggregate(alone, SpecChanges.NotCleared);
        alone = SpecChanges.Replace(alone, source with { Bootstrap = new MemberBootstrap(EtcdConfiguration.InitialCluster(alone), Joined: false) });
        return Resume(alone, others);
    }

    /// <summary>For what is there already.</summary>
    public static RecoverySpecs Resume(ClusterSpec present, IReadOnlyList<MemberSpec> others)
    {
        var steps = new List<ClusterSpec>();
        foreach (MemberSpec member in others)
            steps.Add(SpecChanges.With((steps.Count > 0 ? steps[^1] : present) with { Recovery = null }, member with { Bootstrap = null }));
        return new RecoverySpecs(present, [.. steps.Select(step => step.Members[^1])], steps);
    }

    /// <summary>What the profile says when some have joined.</summary>
    /// <param name="joined">How many.</param>
    /// <param name="method">How the source was rebuilt.</param>
    /// <param name="stamp">The time of the repair.</param>
    public ClusterSpec After(int joined, RecoveryMethod method, string stamp) => (joined == 0 ? Alone : Steps[joined - 1]) with
    {
        Recovery = new ClusterRecovery(Source.Name, method.ToString(), stamp, IsRebuilt: true, [.. Joining.Skip(joined)]),
    };
}
