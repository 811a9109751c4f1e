using System.Security.Cryptography;

namespace EtcdAdmin.Snapshots;

/// <summary>Writes the stream of a snapshot to a file, and checks on the way that it is whole.</summary>
/// <remarks>
/// The last 32 bytes are the SHA-256 of all before them (etcd <c>server/etcdserver/api/v3rpc/maintenance.go</c>, Snapshot). They are
/// kept back until the next piece shows that they were not the last ones; so one pass gives both that hash and the whole file's.
/// </remarks>
internal sealed class SnapshotStream : IDisposable
{
    private const int TrailerSize = SHA256.HashSizeInBytes;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _tail = new byte[TrailerSize];
    private int _tailLength;

    /// <summary>How many bytes were written.</summary>
    public long Size { get; private set; }

    /// <summary>Takes the next piece.</summary>
    public async ValueTask WriteAsync(Stream file, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ValueTask writing = file.WriteAsync(data, cancellationToken);
        Hash(data.Span);
        await writing.ConfigureAwait(false);
        Size += data.Length;
    }

    /// <summary>Ends it.</summary>
    /// <returns>What reading the file again would find.</returns>
    /// <exception cref="EtcdException">SnapshotIncomplete: the trailing hash is not that of what came before.</exception>
    public SnapshotDigest Finish(Uri endpoint)
    {
        if (_tailLength < TrailerSize || !_hash.GetCurrentHash().AsSpan().SequenceEqual(_tail))
        {
            throw new EtcdException(EtcdErrorIds.SnapshotIncomplete, EtcdErrorKind.InvalidData,
                $"The snapshot from {endpoint} is not whole: after {Size} bytes its trailing SHA-256 does not match. Nothing was kept.")
            {
                Target = endpoint,
                NextStep = "Take it again, from another member if it happens again.",
            };
        }

        _hash.AppendData(_tail);
        return new SnapshotDigest(Convert.ToHexStringLower(_hash.GetHashAndReset()), HasTrailer: true, TrailerValid: true);
    }

    public void Dispose() => _hash.Dispose();

    private void Hash(ReadOnlySpan<byte> data)
    {
        if (data.Length >= TrailerSize)
        {
            _hash.AppendData(_tail, 0, _tailLength);
            _hash.AppendData(data[..^TrailerSize]);
            data[^TrailerSize..].CopyTo(_tail);
            _tailLength = TrailerSize;
            return;
        }

        // A piece shorter than the trailer pushes as many of the bytes kept back out at the front.
        int push = Math.Max(0, _tailLength + data.Length - TrailerSize);
        _hash.AppendData(_tail, 0, push);
        _tail.AsSpan(push, _tailLength - push).CopyTo(_tail);
        data.CopyTo(_tail.AsSpan(_tailLength - push));
        _tailLength += data.Length - push;
    }
}
