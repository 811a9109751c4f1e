using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>What may open an encrypted snapshot; whatever fits is used.</summary>
public sealed record SnapshotSecrets
{
    /// <summary>The passphrase; null for none. Never printed.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Certificates with their private keys: RSA, or ECDH on a NIST curve.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; init; } = [];

    /// <summary>The key of the one file that was just written, which is read back whoever it is for; else null.</summary>
    internal byte[]? FileKey { get; init; }

    /// <summary>What there is, without what it is.</summary>
    public override string ToString() => $"{(Passphrase is null ? "no passphrase" : "a passphrase")}, {Certificates.Count} certificates";
}
