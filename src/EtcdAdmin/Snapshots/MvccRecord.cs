using System.Buffers.Binary;

namespace EtcdAdmin.Snapshots;

/// <summary>What a record of the <c>key</c> bucket says: at a revision, a key was put or deleted.</summary>
/// <remarks>
/// Sources: etcd <c>server/storage/mvcc/revision.go</c> (3.6; 3.5 and older: <c>mvcc/revision.go</c>) for the record's key,
/// <c>api/mvccpb/kv.proto</c> for its value.
/// </remarks>
internal static class MvccRecord
{
    private const int RevisionSize = 17;
    private const int TombstoneSize = 18;
    private const int KeyField = 1;

    /// <summary>Takes a revision apart: main (8 bytes, big-endian), '_', sub (the same), 't' where it marks a deletion.</summary>
    /// <returns>False where these bytes are no revision.</returns>
    public static bool TryParseRevision(ReadOnlySpan<byte> bytes, out long main, out bool isTombstone)
    {
        main = 0;
        isTombstone = bytes.Length == TombstoneSize;
        if (bytes.Length != RevisionSize && !(isTombstone && bytes[RevisionSize] == 't')) return false;
        main = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return main >= 0 && bytes[8] == '_' && BinaryPrimitives.ReadInt64BigEndian(bytes[9..]) >= 0;
    }

    /// <summary>Finds the key in a protobuf message mvccpb.KeyValue and checks that the message is whole.</summary>
    /// <param name="message">The record's value.</param>
    /// <param name="key">Empty in the record that <c>etcdutl snapshot restore --bump-revision</c> adds.</param>
    public static bool TryParseKey(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> key)
    {
        key = default;
        while (message.Length > 0)
        {
            if (!TryReadVarint(ref message, out ulong tag)) return false;
            ulong length = 0;
            switch (tag & 7)
            {
                case 0 when TryReadVarint(ref message, out _):
                    break;
                case 1:
                    length = 8;
                    break;
                case 2 when TryReadVarint(ref message, out length):
                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    return false;
            }

            if (tag >> 3 == 0 || length > (ulong)message.Length) return false;
            if (tag >> 3 == KeyField)
            {
                if ((tag & 7) != 2) return false;
                key = message[..(int)length];
            }

            message = message[(int)length..];
        }

        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < message.Length; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] >= 0x80) continue;
            message = message[(i + 1)..];
            return true;
        }

        return false;
    }
}
