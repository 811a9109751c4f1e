using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning;

/// <summary>Texts about clusters with one authority for clients and another one for peers.</summary>
internal static class Separation
{
    /// <summary>What an operator does with a cluster that has certificates of one authority.</summary>
    public static string Later(string cluster) =>
        $"When all members use TLS, give peers an authority of their own: Update-EtcdCertificateAuthority {cluster} -SeparatePeerAuthority.";

    /// <summary>Certificates that were signed elsewhere are all of one authority.</summary>
    public static EtcdException IsSignedElsewhere(string cluster, string nextStep) => new(EtcdErrorIds.NotSupported,
        $"Peers of cluster '{cluster}' have an authority of their own, but the certificates that were signed elsewhere are all of one. "
            + "Nothing was changed.")
    {
        Target = cluster,
        NextStep = nextStep,
    };
}
