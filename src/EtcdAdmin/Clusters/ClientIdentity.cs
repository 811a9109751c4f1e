using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Clusters;

/// <summary>Checks the operator's certificate before any change whose success must be verified with it.</summary>
internal static class ClientIdentity
{
    /// <summary>The user of the certificate of whoever installs a cluster or turns TLS on: with authentication on, he administers it.</summary>
    public const string FirstUser = "root";

    /// <summary>Throws if the members would refuse this operator: the certificate is missing, expired or not valid yet, or does not match its
    /// key.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static void Require(EtcdCluster cluster, TimeProvider clock)
    {
        if (cluster.Tls is not { } tls) return;
        if (tls.CertificatePem is not { } pem)
        {
            // Members of a managed cluster require a client certificate unless its specification says otherwise; those of other clusters may not.
            if (!cluster.IsManaged || cluster.Spec is { RequiresClientCertificates: false }) return;
            throw CertificateError.Make(tls.Sources.ClientCertificate,
                $"it is missing, and the members of cluster '{cluster.Name}' require it", NextStep(cluster));
        }

        try
        {
            string source = $"client certificate of cluster {cluster.Name}";
            CertificateCheck.IsValidNow(CertificateInfo.FromPem(pem, source), source, clock);
            if (tls.KeyPem is { } key) CertificateCheck.KeyMatches(pem, key, tls.Sources.ClientCertificate, tls.Sources.ClientKey);
        }
        catch (EtcdException e) when (cluster.IsManaged && e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            throw new EtcdException(e.ErrorId, e.Message, e) { Target = e.Target, NextStep = NextStep(cluster) };
        }
    }

    /// <summary>The user of the operator's certificate. With authentication on, etcd takes the common name as the user.</summary>
    public static string UserOf(EtcdCluster cluster) =>
        cluster.Tls?.CertificatePem is { } pem && CertificateInfo.FromPem(pem).CommonName is { Length: > 0 } name ? name : FirstUser;

    private static string NextStep(EtcdCluster cluster) =>
        $"If the clock of this machine is right, renew it: Update-EtcdCertificate {cluster.Name} -DaysLeft 30.";
}
