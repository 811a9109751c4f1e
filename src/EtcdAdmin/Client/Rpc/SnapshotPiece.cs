using System.Buffers;
using EtcdAdmin.Client.Records;
using Google.Protobuf;

namespace EtcdAdmin.Client.Rpc;

/// <summary>One message of a snapshot stream, in a rented array: generated code would allocate each piece anew.</summary>
internal sealed class SnapshotPiece : IDisposable
{
    private const uint RemainingBytesTag = (Etcdserverpb.SnapshotResponse.RemainingBytesFieldNumber << 3) | (uint)WireFormat.WireType.Varint;
    private const uint BlobTag = (Etcdserverpb.SnapshotResponse.BlobFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint VersionTag = (Etcdserverpb.SnapshotResponse.VersionFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;

    private readonly byte[] _rented;

    private SnapshotPiece(byte[] rented, SnapshotChunk chunk)
    {
        _rented = rented;
        Chunk = chunk;
    }

    /// <summary>The piece, valid until it is disposed.</summary>
    public SnapshotChunk Chunk { get; }

    /// <summary>Copies a message, since its bytes are valid only meanwhile, and finds its fields.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not such a message.</exception>
    public static SnapshotPiece Read(ReadOnlySequence<byte> message)
    {
        int length = checked((int)message.Length);
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            message.CopyTo(rented);
            return new SnapshotPiece(rented, Parse(rented, length));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    /// <summary>Returns the array.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);

    private static SnapshotChunk Parse(byte[] bytes, int length)
    {
        ReadOnlyMemory<byte> blob = default;
        long remaining = 0;
        string? version = null;
        var fields = new CodedInputStream(bytes, 0, length);
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case RemainingBytesTag: remaining = (long)fields.ReadUInt64(); break;
                case VersionTag: version = fields.ReadString(); break;
                case BlobTag:
                    int size = fields.ReadLength();
                    int start = (int)fields.Position;
                    if ((uint)size > (uint)(length - start)) throw new InvalidDataException("a field is longer than its message");
                    blob = bytes.AsMemory(start, size);
                    fields = new CodedInputStream(bytes, start + size, length - start - size);
                    break;
                default: fields.SkipLastField(); break; // the header, and fields of later versions
            }
        }

        return new SnapshotChunk(blob, remaining, version);
    }
}
