using System.Buffers.Binary;
using EtcdAdmin.Database.Bolt;
using Leasepb;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads bucket <c>lease</c>: the leases that were granted and not revoked.</summary>
/// <remarks>Source: etcd <c>server/storage/schema/lease.go</c>, 3.6. Key: the ID in 8 bytes, big-endian. Value: a message leasepb.Lease.</remarks>
/// <param name="file">The database.</param>
internal sealed class LeaseBucket(BoltFile file)
{
    // Three numbers take at most 33 bytes; later versions may add more.
    private const int MaxSize = 1024;

    /// <summary>Number of leases.</summary>
    public int Count { get; private set; }

    public void Read(in BoltRecord record)
    {
        if (record.Key.Length != sizeof(long)) throw file.Damaged(record.Offset, "expected the 8-byte ID of a lease", SnapshotPart.Records);
        if (record.Value.Length > MaxSize || !IsLease(record.Value.Span, BinaryPrimitives.ReadInt64BigEndian(record.Key.Span)))
            throw file.Damaged(record.Offset, "expected the lease with this ID", SnapshotPart.Records);
        Count++;
    }

    private static bool IsLease(ReadOnlySpan<byte> message, long id) =>
        SchemaMessage.TryParse(Lease.Parser, message, out Lease? lease) && lease.ID == id;
}
