namespace EtcdAdmin.Clusters.Health.History;

/// <summary>Finds what changed from one check of a cluster to the next.</summary>
public sealed class HealthChanges
{
    private readonly Dictionary<(string Cluster, string Member), (bool Healthy, string Reason)> _last = [];

    /// <summary>The members whose health or reason differs from the check before; all members of a cluster that is seen for the first time.</summary>
    /// <param name="health">The present health of a cluster.</param>
    public IReadOnlyList<EtcdHealth> Of(ClusterHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        EtcdHealth[] changed = [.. health.Members.Where(member =>
            !_last.TryGetValue((member.Cluster.Name, member.Member), out (bool, string) last) || last != (member.Healthy, member.Reason))];
        foreach (string cluster in health.Members.Select(member => member.Cluster.Name).Distinct())
        {
            foreach ((string, string) gone in _last.Keys.Where(key => key.Cluster == cluster).ToArray()) _last.Remove(gone);
        }

        foreach (EtcdHealth member in health.Members) _last[(member.Cluster.Name, member.Member)] = (member.Healthy, member.Reason);
        return changed;
    }
}
