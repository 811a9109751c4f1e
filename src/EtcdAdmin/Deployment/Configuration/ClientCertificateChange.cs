using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Configuration;

/// <summary>Checks a change of whether clients need a certificate.</summary>
internal static class ClientCertificateChange
{
    /// <summary>Refuses a change after which this machine could not use the cluster.</summary>
    /// <exception cref="EtcdException">TlsNotEnabled: the cluster has no TLS. InvalidArgument: authentication is on, and this machine has no user but
    /// the one of its certificate.</exception>
    public static async Task CheckAsync(EtcdCluster cluster, ConfigurationRequest request, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        if (request.RequiresClientCertificates is not { } requires) return;
        if (!spec.Tls)
            throw new EtcdException(EtcdErrorIds.TlsNotEnabled, $"Cluster '{cluster.Name}' does not use TLS, so clients have no certificates.")
            {
                Target = cluster.Name,
                NextStep = "Leave out -ClientCertificate.",
            };
        if (requires || cluster.Credential is not null || !await HasAuthenticationAsync(cluster, cancellationToken).ConfigureAwait(false)) return;
        throw new EtcdException(EtcdErrorIds.InvalidArgument,
            $"Authentication of cluster '{cluster.Name}' is on, and this machine's user is the common name of its client certificate. etcd ignores "
                + "the common name if clients need no certificate.")
        {
            Target = cluster.Name,
            NextStep = $"Supply a user with the root role: Get-EtcdCluster {cluster.Name} -Credential root | Set-EtcdConfiguration "
                + "-ClientCertificate NotRequested",
        };
    }

    /// <summary>What the change means for other clients.</summary>
    public static IEnumerable<string> Warnings(string cluster, ClusterSpec before, ClusterSpec after)
    {
        if (!after.Tls || before.RequiresClientCertificates == after.RequiresClientCertificates) return [];
        return after.RequiresClientCertificates
            ? [$"Clients without a certificate of the authority of cluster '{cluster}' are refused as soon as a member has restarted. "
                + "Export-EtcdCredential makes one."]
            : [$"Every client that reaches the members of cluster '{cluster}' can then connect, and read and change everything unless authentication "
                + "is on. A user of etcd can no longer be the common name of a certificate."];
    }

    /// <summary>Whether authentication is on.</summary>
    public static async Task<bool> HasAuthenticationAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            return (await cluster.Client.Auth.StatusAsync(cancellationToken).ConfigureAwait(false)).Enabled;
        }
        catch (EtcdRpcException e) when (e.GrpcStatus == GrpcStatusCode.Unimplemented)
        {
            return false; // before 3.5; a member that no longer serves this machine gets its old settings back
        }
    }
}
