namespace EtcdAdmin.Clusters.Health;

/// <summary>The arithmetic of quorums. The member list shows which members vote, because a member that does not answer or has never started cannot
/// report it.</summary>
/// <param name="Voters">Members with a vote, up or not.</param>
/// <param name="Up">The voters that count as up.</param>
internal readonly record struct QuorumCount(int Voters, int Up)
{
    /// <summary>How many voters must agree.</summary>
    public int Quorum => Of(Voters);

    /// <summary>Whether enough voters are up.</summary>
    public bool Holds => Up >= Quorum;

    /// <summary>How many of a number of voters must agree.</summary>
    public static int Of(int voters) => (voters / 2) + 1;

    /// <summary>Counts the voters of a cluster.</summary>
    /// <param name="health">The health of each member.</param>
    /// <param name="isUp">Whether a member counts as up.</param>
    public static QuorumCount Of(ClusterHealth health, Func<EtcdHealth, bool> isUp) =>
        Of(health.Members, member => member.IsLearner != true, isUp);

    /// <summary>Counts the voters in a collection of any type of member.</summary>
    public static QuorumCount Of<T>(IReadOnlyCollection<T> members, Func<T, bool> votes, Func<T, bool> isUp) =>
        new(members.Count(votes), members.Count(member => votes(member) && isUp(member)));
}
