using EtcdAdmin.Errors;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Database.Bolt;

/// <summary>A bbolt database, read by position and never written, locked or mapped.</summary>
/// <remarks>
/// A memory map is not used: if the file shrinks during the reading, a read fails with an error but a map crashes the process. Also, the
/// pages of a map count as memory of the process. Safe for several threads, each with its own cursors.
/// </remarks>
internal sealed class BoltFile
{
    private readonly BoltReader _read;

    /// <summary>Reads the meta pages.</summary>
    /// <param name="handle">Open for reading. The caller closes the handle.</param>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="length">Bytes of the database. Bytes after the database (a snapshot's checksum) are never read.</param>
    /// <exception cref="EtcdException">SnapshotInvalid: not a bbolt database, or its meta pages are damaged.</exception>
    public BoltFile(SafeFileHandle handle, string path, long length)
        : this((offset, buffer) => RandomAccess.Read(handle, buffer, offset), path, length)
    {
    }

    /// <summary>The same for a database that is not a file here.</summary>
    public BoltFile(BoltReader read, string path, long length)
    {
        _read = read;
        Path = path;
        Length = length;
        Meta = BoltMetaReader.Read(this);
    }

    /// <summary>Whether the pages after a wanted page can be read too.</summary>
    public bool ReadsAhead { get; init; } = true;

    public string Path { get; }

    public long Length { get; }

    public BoltMeta Meta { get; }

    /// <summary>The bucket that contains all other buckets.</summary>
    public BoltBucket Root => new(Meta.Root, default);

    /// <summary>Creates the error for a damaged place in the file.</summary>
    /// <param name="offset">Position in bytes from the start of the file.</param>
    /// <param name="finding">What is wrong: a clause without a full stop, never a key or a value.</param>
    /// <param name="part">The kind of damage.</param>
    public EtcdException Damaged(long offset, string finding, SnapshotPart part = SnapshotPart.Structure) =>
        SnapshotDamage.At(Path, offset, finding, part);

    /// <summary>Fills the buffer with the bytes from this position.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the file ends before the buffer is full.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || buffer.Length > Length - offset)
            throw Damaged(offset, $"expected {buffer.Length} bytes, but the database ends at byte {Length}");
        while (buffer.Length > 0)
        {
            int read = _read(offset, buffer);
            if (read == 0) throw Damaged(offset, "the file became shorter while it was read");
            buffer = buffer[read..];
            offset += read;
        }
    }
}

/// <summary>Reads some of the bytes from a position; returns how many, and 0 at the end.</summary>
internal delegate int BoltReader(long offset, Span<byte> buffer);
