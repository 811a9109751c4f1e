using System.Buffers.Binary;
using EtcdAdmin.Client.Wire;
using EtcdAdmin.Database.Bolt;

namespace EtcdAdmin.Database.Schema;

/// <summary>What bucket <c>lease</c> says: leases that were granted and not revoked.</summary>
/// <remarks>Source: etcd <c>server/storage/schema/lease.go</c>, 3.6: the id in 8 bytes, big-endian, names a message leasepb.Lease.</remarks>
/// <param name="file">The database.</param>
internal sealed class LeaseBucket(BoltFile file)
{
    // Three numbers take at most 33 bytes; later versions may add a few.
    private const int MaxSize = 1024;

    /// <summary>How many leases there are.</summary>
    public int Count { get; private set; }

    public void Read(in BoltRecord record)
    {
        if (record.Key.Length != sizeof(long)) throw file.Damaged(record.Offset, "the id of a lease, of 8 bytes, should be here", SnapshotPart.Records);
        if (record.Value.Length > MaxSize || !IsLease(record.Value.Span, BinaryPrimitives.ReadInt64BigEndian(record.Key.Span)))
            throw file.Damaged(record.Offset, "the lease with this id should be here", SnapshotPart.Records);
        Count++;
    }

    private static bool IsLease(ReadOnlySpan<byte> message, long id) => SchemaMessage.TryParse(Lease.Parser, message, out Lease? lease) && lease.ID == id;
}
