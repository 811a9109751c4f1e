using System.Security.Cryptography.X509Certificates;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>The secrets to open an encrypted snapshot. Any secret that fits is used.</summary>
public sealed record SnapshotSecrets
{
    /// <summary>The passphrase; null for none. Never printed.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Certificates with their private keys: RSA, or ECDH on a NIST curve.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; init; } = [];

    /// <summary>The key of a file that was just written, to read it back whoever the recipients are; otherwise null.</summary>
    internal byte[]? FileKey { get; init; }

    /// <summary>The kinds of secrets as text, without the secrets.</summary>
    public override string ToString() => $"{(Passphrase is null ? "no passphrase" : "a passphrase")}, {Certificates.Count} certificates";
}
