using System.Security.Cryptography;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// A snapshot that is sent to a member's host. It is hashed here as it is read, so the sent bytes are the verified bytes. Its length and its own
/// trailing SHA-256 prove that it arrived complete; etcd's tool checks the hash before it restores.
/// </summary>
internal sealed class SentSnapshot : ReadingStream
{
    private readonly FileStream _file;
    private readonly string _sha256;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private SentSnapshot(FileStream file, string sha256)
    {
        _file = file;
        _sha256 = sha256;
        Size = file.Length;
    }

    /// <summary>Size in bytes when it was opened.</summary>
    public long Size { get; }

    /// <summary>Opens it.</summary>
    /// <param name="path">The plain database, with its trailing SHA-256.</param>
    /// <param name="sha256">SHA-256 of the complete file, lower-case hexadecimal.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable.</exception>
    public static SentSnapshot Open(string path, string sha256)
    {
        try
        {
            return new SentSnapshot(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), sha256);
        }
        catch (Exception e) when (SnapshotFile.Translate(path, e) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EtcdException">ChecksumMismatch: the bytes read are not the verified bytes.</exception>
    public override int Read(Span<byte> buffer) => Note(buffer, _file.Read(buffer));

    /// <inheritdoc/>
    /// <exception cref="EtcdException">ChecksumMismatch: the bytes read are not the verified bytes.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await _file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Note(buffer.Span, read);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Note(ReadOnlySpan<byte> buffer, int read)
    {
        _hash.AppendData(buffer[..read]);
        if (read > 0 || buffer.IsEmpty || Convert.ToHexStringLower(_hash.GetCurrentHash()) == _sha256) return read;
        throw new EtcdException(EtcdErrorIds.ChecksumMismatch, $"'{_file.Name}' was changed after it was verified, so it was not restored.")
        {
            Target = _file.Name,
            NextStep = "Find out which process writes this file, then run the same command again.",
        };
    }
}
