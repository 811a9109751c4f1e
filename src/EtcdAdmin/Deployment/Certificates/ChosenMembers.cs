using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>The members that a command is for.</summary>
internal static class ChosenMembers
{
    /// <summary>The members with these names; all if there are no names.</summary>
    /// <exception cref="EtcdException">ClusterNotManaged, MemberNotFound.</exception>
    public static MemberSpec[] Of(EtcdCluster cluster, IReadOnlyList<string> names)
    {
        ClusterSpec spec = cluster.RequireSpec();
        if (names.Count == 0) return [.. spec.Members];
        return [.. names.Distinct(StringComparer.Ordinal).Select(name => spec.Members.FirstOrDefault(member => member.Name == name)
            ?? throw new EtcdException(EtcdErrorIds.MemberNotFound, $"The profile of cluster '{cluster.Name}' has no member '{name}'.")
            {
                Target = name,
                NextStep = $"It has {string.Join(", ", spec.Members.Select(member => member.Name))}.",
            })];
    }
}
