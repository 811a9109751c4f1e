using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Database.Schema;

/// <summary>A protobuf message mvccpb.KeyValue, parsed in place.</summary>
/// <remarks>Source of the fields: etcd <c>api/mvccpb/kv.proto</c>.</remarks>
internal ref struct MvccKeyValue
{
    private const int KeyField = 1;
    private const int CreateRevisionField = 2;
    private const int ModRevisionField = 3;
    private const int VersionField = 4;
    private const int ValueField = 5;
    private const int LeaseField = 6;

    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    /// <summary>Empty in the record that <c>etcdutl snapshot restore --bump-revision</c> adds.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public long CreateRevision { get; private set; }

    public long ModRevision { get; private set; }

    public long Version { get; private set; }

    public long Lease { get; private set; }

    /// <summary>Parses a message and checks that it is complete. Unknown fields are skipped.</summary>
    /// <returns>False if the bytes are not a valid message.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out MvccKeyValue found)
    {
        found = default;
        while (message.Length > 0)
        {
            if (!TryReadVarint(ref message, out ulong tag) || tag >> 3 == 0) return false;
            ulong number = 0;
            ulong length = 0;
            switch (tag & 7)
            {
                case Varint when TryReadVarint(ref message, out number):
                    break;
                case Fixed64:
                    length = 8;
                    break;
                case Bytes when TryReadVarint(ref message, out length):
                    break;
                case Fixed32:
                    length = 4;
                    break;
                default:
                    return false;
            }

            if (length > (ulong)message.Length || !found.TrySet(tag >> 3, (int)(tag & 7), (long)number, message[..(int)length])) return false;
            message = message[(int)length..];
        }

        return true;
    }

    /// <summary>Returns a copy that outlives this view.</summary>
    /// <param name="record">The bytes that this message was parsed from; the copy refers to them.</param>
    /// <param name="keyOnly">Leaves out the value, so that its memory can be freed.</param>
    public readonly EtcdKeyValue ToKeyValue(byte[] record, bool keyOnly) => new(
        keyOnly ? Key.ToArray() : Part(record, Key), keyOnly
            ? default
            : Part(record, Value), CreateRevision, ModRevision, Version, new LeaseId(Lease));

    private bool TrySet(ulong field, int type, long number, ReadOnlySpan<byte> bytes)
    {
        switch (field)
        {
            case KeyField:
                Key = bytes;
                return type == Bytes;
            case ValueField:
                Value = bytes;
                return type == Bytes;
            case CreateRevisionField:
                CreateRevision = number;
                return type == Varint;
            case ModRevisionField:
                ModRevision = number;
                return type == Varint;
            case VersionField:
                Version = number;
                return type == Varint;
            case LeaseField:
                Lease = number;
                return type == Varint;
            default:
                return true;
        }
    }

    private static ReadOnlyMemory<byte> Part(byte[] record, ReadOnlySpan<byte> part) =>
        part.IsEmpty || !record.AsSpan().Overlaps(part, out int offset) ? default(ReadOnlyMemory<byte>) : record.AsMemory(offset, part.Length);

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
