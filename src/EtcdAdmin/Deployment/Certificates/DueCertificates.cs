using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>Which certificates a renewal replaces.</summary>
/// <param name="request">The request.</param>
/// <param name="clock">The clock.</param>
internal sealed class DueCertificates(RenewalRequest request, TimeProvider clock)
{
    /// <summary>Whether a certificate is replaced. One that is missing or cannot be read is always.</summary>
    public bool Has(string? pem)
    {
        if (request.DaysLeft is not { } days || string.IsNullOrWhiteSpace(pem)) return true;
        try
        {
            return CertificateInfo.FromPem(pem).DaysLeft(clock) < days;
        }
        catch (EtcdException)
        {
            return true;
        }
    }
}
