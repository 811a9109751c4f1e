namespace EtcdAdmin.Security;

/// <summary>The algorithms of a PKCS#12 file.</summary>
public enum Pkcs12Encryption
{
    /// <summary>AES-256, the key derived from the password with PBKDF2, SHA-256: for OpenSSL 1.1 and later, Java 8u301 and later, Windows Server
    /// 2019 and later.</summary>
    Modern,

    /// <summary>Triple DES and SHA-1: also for older programs. The protection depends on a long password.</summary>
    Legacy,
}
