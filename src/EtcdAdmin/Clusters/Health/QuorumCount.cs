namespace EtcdAdmin.Clusters.Health;

/// <summary>
/// The arithmetic of quorums, in one place. Who votes is what the list of members says; a member that does not answer, or has never
/// started, does not say so itself.
/// </summary>
/// <param name="Voters">Members with a vote, up or not.</param>
/// <param name="Up">Those of them that are counted as up.</param>
internal readonly record struct QuorumCount(int Voters, int Up)
{
    /// <summary>How many have to agree.</summary>
    public int Quorum => Of(Voters);

    /// <summary>Whether enough are up.</summary>
    public bool Holds => Up >= Quorum;

    /// <summary>How many of a number of voters have to agree.</summary>
    public static int Of(int voters) => (voters / 2) + 1;

    /// <summary>Counts the voters of a cluster.</summary>
    /// <param name="health">The verdict on each member.</param>
    /// <param name="isUp">Which of them count as up.</param>
    public static QuorumCount Of(ClusterHealth health, Func<EtcdHealth, bool> isUp) =>
        Of(health.Members, member => member.IsLearner != true, isUp);

    /// <summary>Counts the voters among anything that stands for a member.</summary>
    public static QuorumCount Of<T>(IReadOnlyCollection<T> members, Func<T, bool> votes, Func<T, bool> isUp) =>
        new(members.Count(votes), members.Count(member => votes(member) && isUp(member)));
}
