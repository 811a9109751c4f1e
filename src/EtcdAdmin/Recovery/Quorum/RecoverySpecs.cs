using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The specifications that a cluster goes through while it is rebuilt: one member, then one more at a time.</summary>
/// <param name="Alone">The cluster before the first member joins.</param>
/// <param name="Joining">The members that join, in this order.</param>
/// <param name="Steps">The cluster after each of them has joined.</param>
internal sealed record RecoverySpecs(ClusterSpec Alone, IReadOnlyList<MemberSpec> Joining, IReadOnlyList<ClusterSpec> Steps)
{
    /// <summary>The member that the cluster is rebuilt from.</summary>
    public MemberSpec Source => Alone.Members[0];

    /// <summary>The cluster with all members.</summary>
    public ClusterSpec Final => Steps.Count > 0 ? Steps[^1] : Alone;

    /// <summary>For a rebuild from one member.</summary>
    public static RecoverySpecs Make(EtcdCluster cluster, RecoveryChoice choice, IReadOnlyList<MemberSpec> others)
    {
        ClusterSpec spec = cluster.RequireSpec();
        MemberSpec source = choice.Chosen.Member;
        ClusterSpec alone = spec with { Members = [source], Recovery = null };
        // A restored cluster gets another id from another token, so that members of the old cluster cannot mix with it. A forced cluster keeps
        // its id, so members of the old cluster find out that they were removed.
        if (choice.Method == RecoveryMethod.Restore) alone = alone.WithToken(ClusterSpec.NewToken(cluster.Name));
        IEnumerable<MemberSpec> leftOut = spec.Members.Concat(spec.Recovery?.Waiting ?? []).DistinctBy(member => member.Name)
            .Where(member => member.Name != source.Name && !others.Any(other => other.Name == member.Name));
        alone = leftOut.Aggregate(alone, SpecChanges.NotCleared);
        alone = SpecChanges.Replace(alone, source with { Bootstrap = new MemberBootstrap(EtcdConfiguration.InitialCluster(alone), Joined: false) });
        return Resume(alone, others);
    }

    /// <summary>For members that have joined already.</summary>
    public static RecoverySpecs Resume(ClusterSpec present, IReadOnlyList<MemberSpec> others)
    {
        var steps = new List<ClusterSpec>();
        foreach (MemberSpec member in others)
            steps.Add(SpecChanges.With((steps.Count > 0 ? steps[^1] : present) with { Recovery = null }, member with { Bootstrap = null }));
        return new RecoverySpecs(present, [.. steps.Select(step => step.Members[^1])], steps);
    }

    /// <summary>The profile's specification after some members have joined.</summary>
    /// <param name="joined">The number of members that have joined.</param>
    /// <param name="method">The method that rebuilt the source.</param>
    /// <param name="stamp">The time of the repair.</param>
    public ClusterSpec After(int joined, RecoveryMethod method, string stamp) => (joined == 0 ? Alone : Steps[joined - 1]) with
    {
        Recovery = new ClusterRecovery(Source.Name, method.ToString(), stamp, IsRebuilt: true, [.. Joining.Skip(joined)]),
    };
}
