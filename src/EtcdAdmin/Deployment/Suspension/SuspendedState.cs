using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Deployment.Suspension;

/// <summary>Which members of a cluster run, by their hosts: the cluster itself need not answer.</summary>
internal static class SuspendedState
{
    /// <summary>Reads the profile and the hosts.</summary>
    /// <exception cref="EtcdException">ClusterNotManaged; SpecInvalid: it was not installed completely. EtcdExists: a host has
    /// an etcd that is not the member's.</exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public static async Task<(EtcdCluster Saved, InstallState State)> ReadAsync(
        AdminContext context, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        EtcdCluster saved =
            (await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false)).WithCredential(cluster.Credential);
        if (!saved.RequireSpec().Installed) throw saved.NotInstalled();
        InstallState state = await InstallState.ReadAsync(context, saved.Name, saved, saved.RequireSpec(), cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        return (saved, state);
    }
}
