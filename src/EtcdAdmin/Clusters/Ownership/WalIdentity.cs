using EtcdAdmin.Client.Records;
using Google.Protobuf;

namespace EtcdAdmin.Clusters.Ownership;

/// <summary>The cluster and the member that a write-ahead log was written by.</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Member">The member's id.</param>
/// <remarks>
/// Source: etcd <c>server/storage/wal/wal.go</c> (a segment begins with a checksum record and a metadata record), <c>walpb/record.proto</c> and
/// <c>api/etcdserverpb/etcdserver.proto</c> (Metadata), v3.6; the same from 3.0 on.
/// </remarks>
internal sealed record WalIdentity(ClusterId Cluster, MemberId Member)
{
    private const int FrameSize = 8;
    private const int MetadataType = 1;
    private const ulong LengthMask = 0x00FF_FFFF_FFFF_FFFF;
    private const int PaddingShift = 56;

    /// <summary>Finds them in the first bytes of a segment.</summary>
    /// <param name="start">In hexadecimal; null or too short where there is no segment.</param>
    /// <returns>Null where they are not in it.</returns>
    public static WalIdentity? Parse(string? start)
    {
        if (start is null || start.Length % 2 != 0) return null;
        try
        {
            byte[] bytes = Convert.FromHexString(start);
            for (int at = 0; at + FrameSize <= bytes.Length;)
            {
                ulong frame = BitConverter.ToUInt64(bytes, at);
                // The top bit says that zeros follow, the low bits of that byte how many.
                int padding = (frame >> PaddingShift & 0x80) != 0 ? (int)(frame >> PaddingShift & 7) : 0;
                ulong length = frame & LengthMask;
                at += FrameSize;
                if (length == 0 || length > (ulong)(bytes.Length - at)) return null;
                if (ReadRecord(bytes.AsSpan(at, (int)length).ToArray()) is { } found) return found;
                at += (int)length + padding;
            }
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            // Not a log, or one of a kind that is not known: it proves nothing.
        }

        return null;
    }

    private static WalIdentity? ReadRecord(byte[] record)
    {
        ulong type = 0;
        byte[] data = [];
        using var fields = new CodedInputStream(record);
        while (fields.ReadTag() is not 0 and var tag)
        {
            switch (tag)
            {
                case 1 << 3: type = fields.ReadUInt64(); break;
                case 3 << 3 | 2: data = fields.ReadBytes().ToByteArray(); break;
                default: fields.SkipLastField(); break;
            }
        }

        return type == MetadataType ? ReadMetadata(data) : null;
    }

    private static WalIdentity? ReadMetadata(byte[] metadata)
    {
        ulong member = 0, cluster = 0;
        using var fields = new CodedInputStream(metadata);
        while (fields.ReadTag() is not 0 and var tag)
        {
            switch (tag)
            {
                case 1 << 3: member = fields.ReadUInt64(); break;
                case 2 << 3: cluster = fields.ReadUInt64(); break;
                default: fields.SkipLastField(); break;
            }
        }

        return cluster == 0 ? null : new WalIdentity(new ClusterId(cluster), new MemberId(member));
    }
}
