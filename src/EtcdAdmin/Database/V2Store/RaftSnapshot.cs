using EtcdAdmin.Database.Hashes;
using EtcdAdmin.Database.Wal;

namespace EtcdAdmin.Database.V2Store;

/// <summary>A raft snapshot: a <c>.snap</c> file, which contains the v2 store.</summary>
/// <param name="Position">Its position in the raft log: all entries up to it are in the store.</param>
/// <param name="Store">The v2 store.</param>
/// <remarks>
/// Sources: etcd <c>server/etcdserver/api/snap/snapshotter.go</c>, <c>snappb/snap.proto</c> and <c>raft/raftpb/raft.proto</c>, 3.5; the same from
/// 2.0 to 3.6. etcd 3.7 does not read these files.
/// </remarks>
internal sealed record RaftSnapshot(LogPosition Position, V2Tree Store)
{
    private const int ChecksumField = 1;
    private const int ContentField = 2;

    /// <summary>Reads a file.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="damage">What is wrong; null if the file can be read.</param>
    /// <returns>Null if the file is damaged. etcd then uses an older one.</returns>
    public static RaftSnapshot? TryParse(ReadOnlySpan<byte> file, out string? damage)
    {
        if (!TryUnwrap(file, out ReadOnlySpan<byte> content))
        {
            damage = "not a raft snapshot, or its checksum is wrong";
            return null;
        }

        ReadOnlySpan<byte> data = default;
        LogPosition position = default;
        var fields = new WalFields(content);
        while (fields.MoveNext())
        {
            if (fields.IsNumber) continue;
            if (fields.Number == 1) data = fields.Bytes;
            else if (fields.Number == 2) position = ParsePosition(fields.Bytes);
        }

        V2Tree? store = fields.IsValid ? V2Tree.TryParse(data) : null;
        damage = store is null ? "its v2 store cannot be read" : null;
        return store is null ? null : new RaftSnapshot(position, store);
    }

    private static bool TryUnwrap(ReadOnlySpan<byte> file, out ReadOnlySpan<byte> content)
    {
        content = default;
        uint expected = 0;
        var fields = new WalFields(file);
        while (fields.MoveNext())
        {
            if (fields.Number == ChecksumField && fields.IsNumber) expected = (uint)fields.Value;
            else if (fields.Number == ContentField && !fields.IsNumber) content = fields.Bytes;
        }

        Crc32C checksum = Crc32C.Create();
        checksum.Append(content);
        return fields.IsValid && !content.IsEmpty && checksum.Value == expected;
    }

    // The metadata: the members (1), the index (2), the term (3).
    private static LogPosition ParsePosition(ReadOnlySpan<byte> metadata)
    {
        (ulong term, ulong index) = (0, 0);
        var fields = new WalFields(metadata);
        while (fields.MoveNext())
        {
            if (fields.Number == 2) index = fields.Value;
            else if (fields.Number == 3) term = fields.Value;
        }

        return new LogPosition(term, index);
    }
}
