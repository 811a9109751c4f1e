using System.Security.Cryptography;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A file during an upload: opened once and hashed while it is read, so that only the verified content is sent.</summary>
internal sealed class SentFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer;

    private SentFile(FileStream file, long pieceSize)
    {
        _file = file;
        Size = file.Length;
        _buffer = new byte[Math.Min(Size, pieceSize)];
    }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Size { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pieceSize">Bytes to read at once.</param>
    /// <exception cref="EtcdException">SnapshotNotFound, SnapshotUnreadable.</exception>
    public static SentFile Open(string path, long pieceSize)
    {
        try
        {
            return new SentFile(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0,
                    FileOptions.Asynchronous | FileOptions.SequentialScan), pieceSize);
        }
        catch (Exception e) when (SnapshotFile.Translate(path, e) is { } error)
        {
            throw error;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Reads the next piece, valid until the next call; empty at the end.</summary>
    /// <exception cref="EtcdException">SnapshotUnreadable.</exception>
    public async Task<MemoryStream> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            int read = await _file.ReadAtLeastAsync(_buffer, _buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _hash.AppendData(_buffer, 0, read);
            return new MemoryStream(_buffer, 0, read, writable: false);
        }
        catch (Exception e) when (SnapshotFile.Translate(_file.Name, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Checks that the bytes read have this hash.</summary>
    /// <exception cref="EtcdException">ChecksumMismatch.</exception>
    public void Require(string sha256)
    {
        if (Convert.ToHexStringLower(_hash.GetCurrentHash()) == sha256) return;
        throw new EtcdException(EtcdErrorIds.ChecksumMismatch, $"'{_file.Name}' was not copied: the file was changed after it was verified.")
        {
            Target = _file.Name,
            NextStep = "Find the program that writes this file, then run the same command again.",
        };
    }
}
