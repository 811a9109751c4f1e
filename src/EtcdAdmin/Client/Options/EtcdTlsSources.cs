namespace EtcdAdmin.Client.Options;

/// <summary>Where TLS material comes from, so that messages can name it: paths, mostly.</summary>
/// <param name="CertificateAuthorities">Of the authorities to trust.</param>
/// <param name="ClientCertificate">Of the client certificate.</param>
/// <param name="ClientKey">Of its private key.</param>
public sealed record EtcdTlsSources(
    string CertificateAuthorities = "CA certificate",
    string ClientCertificate = "client certificate",
    string ClientKey = "client key");
