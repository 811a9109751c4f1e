using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Database;

/// <summary>The checksums of a snapshot file, both from one pass over it.</summary>
/// <param name="Sha256">Of the whole file, lower-case hex.</param>
/// <param name="HasTrailer">True where something follows the database: the checksum, what is left of one, or what was added.</param>
/// <param name="TrailerValid">True where that checksum is there and right.</param>
/// <remarks>
/// Source: etcd <c>server/etcdserver/api/v3rpc/maintenance.go</c> (sender), <c>etcdutl/snapshot/v3_snapshot.go</c> (hasChecksum).
/// </remarks>
internal sealed record SnapshotDigest(string Sha256, bool HasTrailer, bool TrailerValid)
{
    private const int BufferSize = 1 << 20;

    // Databases are whole pages, hence whole disk sectors.
    private const int SectorSize = 512;

    /// <summary>Bytes of the database in a file of this size; what follows is not a part of it, whole or not.</summary>
    public static long DatabaseSize(long size) => size < SectorSize ? size : size - (size % SectorSize);

    /// <param name="handle">The file, open for reading.</param>
    /// <param name="size">Bytes of the file when it was opened.</param>
    /// <param name="progress">Gets the number of bytes done, after every part.</param>
    /// <param name="cancellationToken">Looked at after every part.</param>
    /// <exception cref="EndOfStreamException">The file became shorter meanwhile.</exception>
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
            if (read == 0) throw new EndOfStreamException($"The file ended at byte {offset} of {size} while it was read.");
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
            if (more == 0) throw new EndOfStreamException($"The file ended at byte {offset + read} while it was read.");
            read += more;
        }

        hash.AppendData(trailer);
        return trailer.SequenceEqual(expected);
    }
}
