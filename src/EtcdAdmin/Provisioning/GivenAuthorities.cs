using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning;

/// <summary>The authorities that an operator gives for a cluster. Null creates one.</summary>
/// <param name="Clients">The authority of clients, and of peers too unless they have a separate one.</param>
/// <param name="Peers">A separate authority of peers.</param>
internal sealed record GivenAuthorities(CertificateAuthority? Clients, CertificateAuthority? Peers = null)
{
    /// <summary>Refuses authorities that cannot be used.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <exception cref="EtcdException">CertificateInvalid: one is not valid now. SpecInvalid: both lead to one root, which members would trust for
    /// both uses.</exception>
    public void Require(string cluster)
    {
        Clients?.RequireValid("the certificate authority");
        Peers?.RequireValid("the certificate authority for peers");
        if (Clients is null || Peers is null || !CertificateBundle.Has(Clients.CertificatePem, Peers.CertificatePem)) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"The certificate authorities for clients and for peers of cluster '{cluster}' lead to the same root, which members would trust for "
                + $"both: '{Peers.Path[^1].Subject}'. A client certificate would be accepted at the peer ports. Nothing was changed.")
        {
            Target = cluster,
            NextStep = "Supply authorities with different roots, or only one of them; EtcdAdmin then creates the other.",
        };
    }
}
