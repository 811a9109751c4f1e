using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>For whom a snapshot is encrypted; each of them alone can open it.</summary>
public sealed record SnapshotRecipients
{
    /// <summary>Whoever knows this passphrase; null for nobody. Never printed.</summary>
    public string? Passphrase { get; init; }

    /// <summary>
    /// Whoever has the private key of one of these certificates: RSA with at least 2048 bits, or EC on a NIST curve whose key usage,
    /// where it has one, allows key agreement.
    /// </summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; init; } = [];

    /// <summary>Who they are, without the passphrase.</summary>
    public override string ToString() => $"{(Passphrase is null ? "no passphrase" : "a passphrase")}, {Certificates.Count} certificates";
}
