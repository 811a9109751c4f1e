using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Which certificates a renewal replaces.</summary>
/// <param name="request">The request.</param>
/// <param name="clock">The clock.</param>
internal sealed class DueCertificates(RenewalRequest request, TimeProvider clock)
{
    /// <summary>Whether the certificates of a member are replaced. Its keys never leave its host, so only their absence counts.</summary>
    public bool Has(TrustFacts facts) => facts.ServerKeyMode is null || facts.PeerKeyMode is null
        || Has(facts.ServerCertificate) || Has(facts.PeerCertificate);

    /// <summary>Whether a certificate is replaced. One that is missing, cannot be read, or does not match its key is always.</summary>
    /// <param name="pem">The certificate.</param>
    /// <param name="key">Its key; null if it is not looked at.</param>
    public bool Has(string? pem, string? key = null)
    {
        if (request.DaysLeft is not { } days || string.IsNullOrWhiteSpace(pem)) return true;
        try
        {
            if (key is not null) CertificateCheck.KeyMatches(pem, key, "certificate");
            return CertificateInfo.FromPem(pem).DaysLeft(clock) < days;
        }
        catch (EtcdException)
        {
            return true;
        }
    }
}
