namespace EtcdAdmin.Security;

/// <summary>The type and size of a private key.</summary>
public enum KeyAlgorithm
{
    /// <summary>ECDSA on NIST P-256, signing with SHA-256: the default; small, fast, supported by every etcd and client.</summary>
    EcdsaP256,

    /// <summary>ECDSA on NIST P-384, signing with SHA-384.</summary>
    EcdsaP384,

    /// <summary>RSA, 2048 bits, signing with SHA-256.</summary>
    Rsa2048,

    /// <summary>RSA, 3072 bits, signing with SHA-256.</summary>
    Rsa3072,

    /// <summary>RSA, 4096 bits, signing with SHA-256; a TLS handshake costs several times as much as with ECDSA.</summary>
    Rsa4096,
}
