namespace EtcdAdmin.Security;

/// <summary>The file that the credentials of a client are written to.</summary>
public enum CredentialFormat
{
    /// <summary>A <c>.tar.gz</c> with PEM files, files that set etcdctl's variables, and a README. <c>Connect-EtcdCluster</c> reads it.</summary>
    Archive,

    /// <summary>A PKCS#12 file (<c>.p12</c>) with certificate, key and authorities, encrypted with a password.</summary>
    Pkcs12,

    /// <summary>The manifest of a Kubernetes secret, type <c>kubernetes.io/tls</c>.</summary>
    KubernetesSecret,
}
