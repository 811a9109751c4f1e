using System.Globalization;
using System.Security.Cryptography;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats.Encryption;

/// <summary>Reads an encrypted file. Bytes of a chunk are passed on only after the complete chunk is authenticated.</summary>
internal sealed class DecryptingStream : ReadingStream
{
    private readonly Stream _inner;
    private readonly string _path;
    private readonly ChunkCipher _cipher;
    private readonly byte[] _sealed;
    private readonly byte[] _plain;
    private int _carried; // the byte read beyond a chunk; it shows that the chunk is not the last one
    private int _from;
    private int _to;
    private long _chunks;
    private bool _isOver;

    private DecryptingStream(Stream inner, string path, ContainerHeader header, byte[] fileKey)
    {
        _inner = inner;
        _path = path;
        _cipher = new ChunkCipher(ContainerFormat.PayloadKey(fileKey, header.Digest));
        _plain = new byte[header.ChunkSize];
        _sealed = new byte[header.ChunkSize + ContainerFormat.TagSize + 1];
    }

    /// <summary>Reads the header and finds the key.</summary>
    /// <param name="inner">Positioned at the start of the encrypted file; its creator disposes it.</param>
    /// <param name="path">Path of the file, for errors.</param>
    /// <param name="secrets">The secrets to open the file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotInvalid, SnapshotNotSupported, SnapshotEncrypted, SnapshotKeyWrong.</exception>
    public static async Task<DecryptingStream> OpenAsync(Stream inner, string path, SnapshotSecrets? secrets, CancellationToken cancellationToken)
    {
        ContainerHeader header = await ContainerHeader.ReadAsync(inner, path, cancellationToken).ConfigureAwait(false);
        byte[] key = await Task.Run(() => ContainerKey.Find(header, secrets, path), cancellationToken).ConfigureAwait(false);
        return new DecryptingStream(inner, path, header, key);
    }

    /// <exception cref="EtcdException">SnapshotInvalid: changed, truncated or extended.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_from == _to && !_isOver) Decrypt(_inner.ReadAtLeast(_sealed.AsSpan(_carried), _sealed.Length - _carried, throwOnEndOfStream: false));
        return Take(buffer);
    }

    /// <exception cref="EtcdException">SnapshotInvalid: changed, truncated or extended.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_from == _to && !_isOver)
        {
            Decrypt(await _inner.ReadAtLeastAsync(_sealed.AsMemory(_carried), _sealed.Length - _carried, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false));
        }

        return Take(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _cipher.Dispose();
        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _to - _from);
        _plain.AsSpan(_from, length).CopyTo(buffer);
        _from += length;
        return length;
    }

    private void Decrypt(int read)
    {
        int length = _carried + read;
        bool isLast = length < _sealed.Length;
        int chunk = isLast ? length : length - 1;
        if (chunk < ContainerFormat.TagSize) throw Broken();
        (_from, _to) = (0, chunk - ContainerFormat.TagSize);
        try
        {
            _cipher.Open(_sealed.AsSpan(0, chunk), _plain.AsSpan(0, _to), isLast);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Broken();
        }

        _sealed[0] = _sealed[^1];
        _carried = isLast ? 0 : 1;
        _isOver = isLast;
        _chunks++;
    }

    private EtcdException Broken() => FormatErrors.Damaged(_path, string.Create(CultureInfo.InvariantCulture,
        $"the file was changed, truncated or extended: authentication of chunk {_chunks} (chunks have {_plain.Length} bytes) failed"));
}
