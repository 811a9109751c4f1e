using System.Buffers;
using System.Buffers.Binary;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Splits the body of an answer into gRPC messages without copying them.</summary>
/// <remarks> Source: gRPC <c>doc/PROTOCOL-HTTP2.md</c>, "Length-Prefixed-Message": one byte compressed flag, four bytes length, big-endian.
/// </remarks>
internal sealed class GrpcFrameReader(Stream body) : IDisposable
{
    /// <summary>Flag and length before every message.</summary>
    public const int PrefixSize = 5;

    // Several snapshot chunks (32 KiB each) per read.
    private const int InitialBufferSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBufferSize);
    private int _start;
    private int _end;

    /// <summary>The next message, valid until the next call; null at the end of the body.</summary>
    /// <exception cref="InvalidDataException">The body is not a sequence of uncompressed messages.</exception>
    /// <exception cref="EndOfStreamException">The body ends within a message: the sender was interrupted.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(PrefixSize, cancellationToken).ConfigureAwait(false))
        {
            if (_end == _start) return null;
            throw new EndOfStreamException("the answer ends within the prefix of a message");
        }

        int length = ParsePrefix(_buffer.AsSpan(_start, PrefixSize));
        _start += PrefixSize;
        if (!await FillAsync(length, cancellationToken).ConfigureAwait(false))
            throw new EndOfStreamException($"the answer ends after {_end - _start} of {length} bytes of a message");

        ReadOnlyMemory<byte> message = _buffer.AsMemory(_start, length);
        _start += length;
        return message;
    }

    /// <summary>Returns the buffer; messages from it become invalid.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private static int ParsePrefix(ReadOnlySpan<byte> prefix)
    {
        if (prefix[0] != 0)
            throw new InvalidDataException($"the response is marked as compressed (flag {prefix[0]}), but the client did not offer compression");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return length <= (uint)(Array.MaxLength - PrefixSize)
            ? (int)length
            : throw new InvalidDataException($"a message has an invalid length of {length} bytes");
    }

    /// <summary>Reads until <paramref name="count"/> bytes are available; false if the body ends before.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            if (_end == _buffer.Length || _buffer.Length - _start < count) MakeRoom(count);
            int read = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    /// <summary>Moves the remaining bytes to the front. Grows only if the buffer is full, and then at most to twice its size: a sender with a false
    /// length must send as many bytes as we allocate.</summary>
    private void MakeRoom(int count)
    {
        int kept = _end - _start;
        if (kept < _buffer.Length)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, kept).CopyTo(_buffer);
                _start = 0;
                _end = kept;
            }

            return;
        }

        int wanted = (int)Math.Min(count, Math.Min(2L * _buffer.Length, Array.MaxLength));
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, _buffer.Length + 1));
        _buffer.AsSpan(0, kept).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
