namespace EtcdAdmin.Client.Options;

/// <summary>The origin of TLS certificates and keys for messages, usually paths.</summary>
/// <param name="CertificateAuthorities">Of the trusted authorities.</param>
/// <param name="ClientCertificate">Of the client certificate.</param>
/// <param name="ClientKey">Of its private key.</param>
public sealed record EtcdTlsSources(
    string CertificateAuthorities = "CA certificate",
    string ClientCertificate = "client certificate",
    string ClientKey = "client key");
