using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>The certificates of a cluster.</summary>
/// <param name="Certificates">Those that were found.</param>
/// <param name="Failures">The hosts that could not be asked, and the URLs that showed no certificate.</param>
public sealed record CertificateListing(IReadOnlyList<EtcdCertificate> Certificates, IReadOnlyList<EtcdException> Failures);
