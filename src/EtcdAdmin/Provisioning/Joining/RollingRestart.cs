using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Joining;

/// <summary>Whether members can be restarted one after the other, and in which order.</summary>
/// <param name="membership">The members and their health now.</param>
internal sealed class RollingRestart(Membership membership)
{
    private readonly string[] _down = [.. membership.Health.Members.Where(member => !member.Serves).Select(member => member.Member)];

    /// <summary>Refuses where a restart would cost the quorum, or where a member that is not restarted does not serve: each restart waits for all
    /// members.</summary>
    /// <param name="changed">The members to restart.</param>
    /// <param name="what">What needs the agreement of a quorum, as a subject.</param>
    /// <param name="allowsPair">Whether two voters, which can spare none, are restarted although the cluster does not serve meanwhile; null where the
    /// operator cannot choose that.</param>
    /// <exception cref="EtcdException">QuorumAtRisk, NotHealthy.</exception>
    public void Require(IReadOnlyList<MemberSpec> changed, string what, bool? allowsPair = null)
    {
        if (changed.Count == 0) return;
        membership.RequireQuorum(what);
        // A member that an earlier run left down is brought up before the other members are restarted.
        bool carriesOn = _down.Length == 1 && changed.Any(member => member.Name == _down[0]);
        int up = carriesOn ? membership.Voters : membership.VotersUp;
        bool isPair = membership.Voters == 2 && up == 2;
        if (membership.Voters > 1 && up - 1 < QuorumCount.Of(membership.Voters) && !(isPair && allowsPair == true))
        {
            throw membership.AtRisk(
                "Members are restarted one by one. With one down, "
                    + $"{up - 1} of {Membership.Count(membership.Voters, "voter")} would be up, and the quorum is "
                    + $"{QuorumCount.Of(membership.Voters)}.",
                isPair ? PairAdvice(allowsPair) : "Bring all members up first.");
        }

        if (_down.Length == 0 || carriesOn) return;
        throw new EtcdException(EtcdErrorIds.NotHealthy,
            "Members are restarted one by one, and all must serve before the next restart. "
                + $"In cluster '{membership.Cluster.Name}' these members do not serve now: {string.Join(", ", _down)}.")
        {
            Target = membership.Cluster.Name,
            NextStep = "Bring all members up first (Start-EtcdMember), or remove members that are lost for good (Remove-EtcdMember).",
        };
    }

    /// <summary>The order: a member that is down first, because each restart waits for all members; then members without a vote; the leader last,
    /// because its restart takes an election.</summary>
    public IEnumerable<MemberSpec> Order(IEnumerable<MemberSpec> members) => members
        .OrderBy(member => member.Name == membership.Leader?.Name)
        .ThenBy(member => !_down.Contains(member.Name))
        .ThenBy(member => membership.Find(member) is not { IsLearner: true });

    private string PairAdvice(bool? allowsPair) => "A cluster of two members does not serve while one of them restarts. Add a third member first, "
        + (membership.Cluster.IsAdopted
            ? "with the tool that installed the cluster"
            : $"for example with Add-EtcdMember -Cluster {membership.Cluster.Name}")
        + (allowsPair is null ? "." : ", or use -Force: then the cluster does not serve for some seconds with each restart.");
}
