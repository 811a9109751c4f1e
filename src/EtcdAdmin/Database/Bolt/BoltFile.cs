using EtcdAdmin.Errors;
using Microsoft.Win32.SafeHandles;

namespace EtcdAdmin.Database.Bolt;

/// <summary>A bbolt database, read by position and never written, locked or mapped.</summary>
/// <remarks>
/// Reads instead of a memory map: a file that shrinks meanwhile is an error here and a crash of the process there, and the
/// pages of a map count as memory of the process. Safe for several threads, each with its own cursors.
/// </remarks>
internal sealed class BoltFile
{
    private readonly SafeFileHandle _handle;

    /// <summary>Reads the meta pages.</summary>
    /// <param name="handle">Open for reading; stays the caller's to close.</param>
    /// <param name="path">For messages.</param>
    /// <param name="length">Bytes of the database; what follows in the file (a snapshot's checksum) is never read.</param>
    /// <exception cref="EtcdException">SnapshotInvalid: no bbolt database, or its meta pages are damaged.</exception>
    public BoltFile(SafeFileHandle handle, string path, long length)
    {
        _handle = handle;
        Path = path;
        Length = length;
        Meta = BoltMetaReader.Read(this);
    }

    public string Path { get; }

    public long Length { get; }

    public BoltMeta Meta { get; }

    /// <summary>The bucket that holds all others.</summary>
    public BoltBucket Root => new(Meta.Root, default);

    /// <summary>The error for a place in the file that is not as it should be.</summary>
    /// <param name="offset">In bytes from the start of the file.</param>
    /// <param name="finding">What should be there and what is: a clause without a full stop, never a key or a value.</param>
    /// <param name="part">What is damaged.</param>
    public EtcdException Damaged(long offset, string finding, SnapshotPart part = SnapshotPart.Structure) =>
        SnapshotDamage.At(Path, offset, finding, part);

    /// <summary>Fills the buffer from this position on.</summary>
    /// <exception cref="EtcdException">SnapshotInvalid: the file ends before the buffer is full.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || buffer.Length > Length - offset)
            throw Damaged(offset, $"{buffer.Length} bytes should be here, but the database ends at byte {Length}");
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(_handle, buffer, offset);
            if (read == 0) throw Damaged(offset, "the file became shorter while it was read");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
