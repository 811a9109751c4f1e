using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Database;

/// <summary>The checksums of a snapshot file, computed in one pass.</summary>
/// <param name="Sha256">SHA-256 of the complete file, lower-case hex.</param>
/// <param name="HasTrailer">True if bytes follow the database: the checksum, a part of the checksum, or other added data.</param>
/// <param name="TrailerValid">True if the trailing checksum is present and correct.</param>
/// <remarks>
/// Source: etcd <c>server/etcdserver/api/v3rpc/maintenance.go</c> (sender), <c>etcdutl/snapshot/v3_snapshot.go</c> (hasChecksum).
/// </remarks>
internal sealed record SnapshotDigest(string Sha256, bool HasTrailer, bool TrailerValid)
{
    private const int BufferSize = 1 << 20;

    // A database consists of complete pages, and therefore of complete disk sectors.
    private const int SectorSize = 512;

    /// <summary>Bytes of the database in a file of this size. Any bytes after the last complete sector do not belong to the database.</summary>
    public static long DatabaseSize(long size) => size < SectorSize ? size : size - (size % SectorSize);

    /// <param name="handle">The file, open for reading.</param>
    /// <param name="size">Bytes of the file when it was opened.</param>
    /// <param name="progress">Receives the number of bytes done after each part.</param>
    /// <param name="cancellationToken">Checked after each part.</param>
    /// <exception cref="EndOfStreamException">The file became shorter while it was read.</exception>
    public static SnapshotDigest Compute(
        SafeFileHandle handle,
        long size,
        Action<long> progress,
        CancellationToken cancellationToken)
    {
        long databaseSize = DatabaseSize(size);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(BufferSize, size));
        for (long offset = 0; offset < databaseSize;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, databaseSize - offset)), offset);
            if (read == 0) throw new EndOfStreamException($"The file became shorter while it was read: it ended at byte {offset} of {size}.");
            hash.AppendData(buffer, 0, read);
            offset += read;
            progress(offset);
        }

        bool hasTrailer = databaseSize != size;
        bool trailerValid = hasTrailer && AppendTrailer(handle, databaseSize, (int)(size - databaseSize), hash);
        return new SnapshotDigest(Convert.ToHexStringLower(hash.GetHashAndReset()), hasTrailer, trailerValid);
    }

    private static bool AppendTrailer(SafeFileHandle handle, long offset, int length, IncrementalHash hash)
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(expected);
        Span<byte> trailer = stackalloc byte[SectorSize];
        trailer = trailer[..length];
        int read = 0;
        while (read < trailer.Length)
        {
            int more = RandomAccess.Read(handle, trailer[read..], offset + read);
            if (more == 0) throw new EndOfStreamException($"The file became shorter while it was read: it ended at byte {offset + read}.");
            read += more;
        }

        hash.AppendData(trailer);
        return trailer.SequenceEqual(expected);
    }
}
