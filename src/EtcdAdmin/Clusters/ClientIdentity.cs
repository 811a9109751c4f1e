using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Clusters;

/// <summary>Looks at the certificate that the operator shows, before anything is changed that has to be proved with it.</summary>
internal static class ClientIdentity
{
    /// <summary>Refuses where members would refuse this operator: the certificate is missing, expired or not valid yet, or does not fit its key.</summary>
    /// <param name="cluster">Any cluster.</param>
    /// <param name="clock">The present time.</param>
    /// <exception cref="EtcdException">CertificateInvalid.</exception>
    public static void Require(EtcdCluster cluster, TimeProvider clock)
    {
        if (cluster.Tls is not { } tls) return;
        if (tls.CertificatePem is not { } pem)
        {
            // Members of a managed cluster always ask for one; those of another may not.
            if (cluster.IsManaged) throw CertificateError.Make(tls.Sources.ClientCertificate, $"it is missing, and the members of cluster '{cluster.Name}' ask for it", NextStep(cluster));
            return;
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

    private static string NextStep(EtcdCluster cluster) =>
        $"If the clock of this machine is right, make a new certificate (Export-EtcdCredential {cluster.Name}) and put it with its key in place of {cluster.Tls!.Sources.ClientCertificate} and {cluster.Tls.Sources.ClientKey}."; // asked for clusters with TLS
}
