using System.Security.Cryptography;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>Writes an encrypted file. The file is complete only after <see cref="Finish"/>; an interrupted file can never pass as complete.</summary>
internal sealed class EncryptingStream : SealingStream
{
    private readonly Stream _inner;
    private readonly ChunkCipher _cipher;
    private readonly byte[] _plain = new byte[ContainerFormat.ChunkSize];
    private readonly byte[] _sealed = new byte[ContainerFormat.ChunkSize + ContainerFormat.TagSize];
    private int _filled;

    private EncryptingStream(Stream inner, byte[] fileKey, ReadOnlySpan<byte> headerDigest)
    {
        _inner = inner;
        FileKey = fileKey;
        _cipher = new ChunkCipher(ContainerFormat.PayloadKey(fileKey, headerDigest));
    }

    /// <inheritdoc/>
    public override byte[] FileKey { get; }

    /// <summary>Writes the header. Takes half a second if there is a passphrase.</summary>
    /// <param name="inner">Receives the file; its creator disposes it.</param>
    /// <param name="recipients">At least one.</param>
    /// <exception cref="EtcdException">CertificateInvalid: cannot encrypt for one of the recipients.</exception>
    public static EncryptingStream Begin(Stream inner, SnapshotRecipients recipients)
    {
        byte[] fileKey = RandomNumberGenerator.GetBytes(ContainerFormat.KeySize);
        KeySlot[] slots =
        [
            .. recipients.Certificates.Select(certificate => KeySlot.For(certificate, fileKey)),
            .. recipients.Passphrase is null ? Array.Empty<KeySlot>() : [KeySlot.For(recipients.Passphrase, fileKey)],
        ];
        byte[] header = ContainerHeader.Write(ContainerFormat.ChunkSize, slots, fileKey, out byte[] digest);
        inner.Write(header);
        return new EncryptingStream(inner, fileKey, digest);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            // A full chunk is held back until the next byte: it may be the last chunk.
            if (_filled == _plain.Length) Seal(isLast: false);
            int fits = Math.Min(buffer.Length, _plain.Length - _filled);
            buffer[..fits].CopyTo(_plain.AsSpan(_filled));
            _filled += fits;
            buffer = buffer[fits..];
        }
    }

    /// <summary>Writes the remaining bytes as the last chunk.</summary>
    public override void Finish() => Seal(isLast: true);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _cipher.Dispose();
        base.Dispose(disposing);
    }

    private void Seal(bool isLast)
    {
        _cipher.Seal(_plain.AsSpan(0, _filled), _sealed, isLast);
        _inner.Write(_sealed, 0, _filled + ContainerFormat.TagSize);
        _filled = 0;
    }
}
