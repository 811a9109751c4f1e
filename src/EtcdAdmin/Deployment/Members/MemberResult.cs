using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Members;

/// <summary>Reads a member again after a change.</summary>
internal static class MemberResult
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <exception cref="EtcdException">MemberNotFound.</exception>
    public static async Task<EtcdMember> ReadAsync(AdminContext context, EtcdCluster cluster, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdMember> members = await new MemberReader(context).ReadAsync(cluster, Timeout, cancellationToken).ConfigureAwait(false);
        return members.FirstOrDefault(member => member.Name == name) ?? throw new EtcdException(
            EtcdErrorIds.MemberNotFound, $"Cluster '{cluster.Name}' has no member '{name}'.")
        { Target = name };
    }
}
