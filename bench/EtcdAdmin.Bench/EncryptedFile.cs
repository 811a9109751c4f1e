using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Snapshots.Formats.Encryption;

namespace EtcdAdmin.Bench;

/// <summary>A file, encrypted for one certificate, with the certificate and its key beside it.</summary>
/// <param name="Plain">The file.</param>
/// <param name="Folder">Where everything else is.</param>
internal sealed record EncryptedFile(string Plain, string Folder)
{
    private const string SealJob = "seal", OpenJob = "open";

    public string Certificate => Path.Combine(Folder, "ops.crt");

    public string Key => Path.Combine(Folder, "ops.key");

    /// <summary>Path of the file that openssl writes or reads.</summary>
    public string Message => Path.Combine(Folder, "openssl.cms");

    /// <summary>Writes the certificate and its key.</summary>
    public static EncryptedFile Prepare(string plain, string folder)
    {
        var file = new EncryptedFile(plain, folder);
        using var key = RSA.Create(3072);
        using X509Certificate2 certificate = new CertificateRequest("CN=backup", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(file.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(file.Key, key.ExportPkcs8PrivateKeyPem());
        return file;
    }

    /// <summary>Path of the file that EtcdAdmin writes or reads.</summary>
    public string Sealed(SnapshotEncryption encryption) => Path.Combine(Folder, $"ours.{encryption}");

    /// <summary>The job of a worker that encrypts.</summary>
    public string SealingJob(SnapshotEncryption encryption) => string.Join('\n', SealJob, Plain, Folder, encryption);

    /// <summary>The job of a worker that decrypts.</summary>
    public string OpeningJob(SnapshotEncryption encryption) => string.Join('\n', OpenJob, Plain, Folder, encryption);

    /// <summary>Does the job of a worker.</summary>
    public static Task RunAsync(string job, CancellationToken cancellationToken)
    {
        string[] words = job.Split('\n');
        var file = new EncryptedFile(words[1], words[2]);
        var encryption = Enum.Parse<SnapshotEncryption>(words[3]);
        return words[0] == SealJob ? file.SealAsync(encryption, cancellationToken) : file.OpenAsync(encryption, cancellationToken);
    }

    /// <summary>Encrypts the file as a save does.</summary>
    public async Task SealAsync(SnapshotEncryption encryption, CancellationToken cancellationToken)
    {
        using X509Certificate2 certificate = await SnapshotCertificate.ReadAsync(Certificate, cancellationToken);
        await using var source = new FileStream(Plain, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        await using FileStream target = File.Create(Sealed(encryption));
        var format = new SnapshotFormat(SnapshotCompression.None, encryption);
        await using var packing = PackingStream.Begin(
            target, format, new SnapshotRecipients { Certificates = [certificate] }, "snapshot", DateTimeOffset.UnixEpoch);
        byte[] buffer = new byte[512 * 1024]; // as a save has it
        while (await source.ReadAsync(buffer, cancellationToken) is var read and > 0) packing.Write(buffer.AsSpan(0, read));
        packing.Finish();
    }

    /// <summary>Decrypts the file as every command that reads it does: into a private file, which is deleted.</summary>
    public async Task OpenAsync(SnapshotEncryption encryption, CancellationToken cancellationToken)
    {
        using X509Certificate2 certificate = await SnapshotCertificate.ReadWithKeyAsync(Certificate, Key, cancellationToken);
        var secrets = new SnapshotSecrets { Certificates = [certificate] };
        await using OpenSnapshot open = await SnapshotOpener.OpenAsync(Sealed(encryption), secrets, null, cancellationToken);
    }
}
