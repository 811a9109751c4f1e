using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The recipients of an encrypted snapshot; each can open it alone.</summary>
public sealed record SnapshotRecipients
{
    /// <summary>A passphrase that opens the snapshot; null for none. Never printed.</summary>
    public string? Passphrase { get; init; }

    /// <summary>
    /// Certificates whose private keys open the snapshot: RSA with at least 2048 bits, or EC on a NIST curve. If an EC certificate has a
    /// key usage, it must allow key agreement.
    /// </summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; init; } = [];

    /// <exception cref="ArgumentException">The passphrase is empty, or there are no recipients or too many.</exception>
    internal void Require()
    {
        if (Passphrase is { Length: 0 }) throw new ArgumentException("The passphrase is empty.");
        int count = Certificates.Count + (Passphrase is null ? 0 : 1);
        if (count is 0 or > ContainerFormat.MaxSlots)
            throw new ArgumentException($"A snapshot can be encrypted for 1 to {ContainerFormat.MaxSlots} recipients, not for {count}.");
    }

    /// <summary>The recipients as text, without the passphrase.</summary>
    public override string ToString() => $"{(Passphrase is null ? "no passphrase" : "a passphrase")}, {Certificates.Count} certificates";
}
