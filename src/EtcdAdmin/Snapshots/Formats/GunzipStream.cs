using System.Buffers.Binary;
using System.IO.Compression;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Unpacks gzip and detects a truncated file. .NET's own stream ends a truncated file as if it were complete.</summary>
/// <remarks>
/// Source: RFC 1952: the last four bytes are the length of the unpacked data, modulo 2^32. Therefore several concatenated gzip files (not a usual
/// format for snapshots) are refused too. .NET itself verifies the checksum before the length.
/// </remarks>
internal sealed class GunzipStream : ReadingStream
{
    private readonly TailStream _packed;
    private readonly GZipStream _unpacked;
    private uint _length; // modulo 2^32

    /// <param name="inner">The gzip file; its creator disposes it.</param>
    public GunzipStream(Stream inner)
    {
        _packed = new TailStream(inner);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <exception cref="InvalidDataException">Damaged or truncated.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int read = _unpacked.Read(buffer);
        if (read == 0) _packed.ReadToEnd();
        return Count(read);
    }

    /// <exception cref="InvalidDataException">Damaged or truncated.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        int read = await _unpacked.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0) await _packed.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return Count(read);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _length = unchecked(_length + (uint)read);
        if (read == 0 && _packed.Last != _length) throw new InvalidDataException("the length at the end of the gzip file does not match its data");
        return read;
    }

    /// <summary>Reads another stream and keeps its last bytes.</summary>
    private sealed class TailStream(Stream inner) : ReadingStream
    {
        private readonly byte[] _tail = new byte[sizeof(uint)];
        private readonly byte[] _rest = new byte[4096];

        /// <summary>The last four bytes so far.</summary>
        public uint Last => BinaryPrimitives.ReadUInt32LittleEndian(_tail);

        public void ReadToEnd()
        {
            while (Read(_rest) > 0)
            {
            }
        }

        public async ValueTask ReadToEndAsync(CancellationToken cancellationToken)
        {
            while (await ReadAsync(_rest, cancellationToken).ConfigureAwait(false) > 0)
            {
            }
        }

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            Keep(buffer[..read]);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Keep(buffer.Span[..read]);
            return read;
        }

        private void Keep(ReadOnlySpan<byte> read)
        {
            if (read.Length >= _tail.Length)
            {
                read[^_tail.Length..].CopyTo(_tail);
                return;
            }

            _tail.AsSpan(read.Length).CopyTo(_tail);
            read.CopyTo(_tail.AsSpan(_tail.Length - read.Length));
        }
    }
}
