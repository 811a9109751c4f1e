using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>Finds the key of an encrypted file with the operator's secrets.</summary>
internal static class ContainerKey
{
    /// <exception cref="EtcdException">SnapshotEncrypted: no secret was supplied. SnapshotKeyWrong: the supplied secret does not open the
    /// file.</exception>
    public static byte[] Find(ContainerHeader header, SnapshotSecrets? secrets, string path)
    {
        if (secrets?.FileKey is { } known && header.IsAuthentic(known)) return known;
        KeySlot? ofPassphrase = header.Slots.FirstOrDefault(slot => slot.Type == KeySlotType.Passphrase);
        (KeySlot Slot, X509Certificate2 Certificate)[] fitting = [.. Fitting(header, secrets)];
        foreach ((KeySlot slot, X509Certificate2 certificate) in fitting)
        {
            if (slot.Unwrap(certificate) is { } key) return Authentic(header, key, path);
        }

        bool hasPassphrase = secrets?.Passphrase is not null;
        if (hasPassphrase && ofPassphrase?.Unwrap(secrets!.Passphrase!) is { } fileKey) return Authentic(header, fileKey, path);
        throw FormatErrors.Locked(
            path, secrets, hasPassphrase && ofPassphrase is not null, fitting.Select(found => found.Certificate).FirstOrDefault(), OpenedBy(header));
    }

    private static IEnumerable<(KeySlot Slot, X509Certificate2 Certificate)> Fitting(ContainerHeader header, SnapshotSecrets? secrets) =>
        from certificate in secrets?.Certificates ?? []
        let name = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))
        from slot in header.Slots
        where slot.Type is KeySlotType.Rsa or KeySlotType.EllipticCurve && slot.CertificateSha256 == name
        select (slot, certificate);

    // A slot that opens proves the secret, but not that the header around it is unchanged.
    private static byte[] Authentic(ContainerHeader header, byte[] key, string path) =>
        header.IsAuthentic(key) ? key : throw FormatErrors.Damaged(path, "its encryption header was changed");

    private static string OpenedBy(ContainerHeader header)
    {
        string[] certificates =
        [
            .. header.Slots.Where(slot => slot.Type is KeySlotType.Rsa or KeySlotType.EllipticCurve).Select(slot => slot.CertificateSha256!),
        ];
        string[] ways =
        [
            .. header.Slots.Where(slot => slot.Type == KeySlotType.Passphrase).Select(_ => "a passphrase"),
            .. certificates.Length == 0
                ? Array.Empty<string>()
                : [$"the private key of the certificate with the SHA-256 {string.Join(" or ", certificates)}"],
        ];
        return ways.Length == 0 ? "a secret that only a newer EtcdAdmin supports" : string.Join(", or with ", ways);
    }
}
