using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Database;

/// <summary>What an etcd database file holds: a saved snapshot, or a member's own <c>member/snap/db</c>.</summary>
public record SnapshotInfo
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of the database in it: <see cref="Size"/> without the trailing checksum.</summary>
    public required long DatabaseSize { get; init; }

    /// <summary>
    /// True where the file ends in a SHA-256 of itself, as every snapshot that came through etcd's API does, or in what is left of one:
    /// a database alone is whole sectors of 512 bytes. etcd's tools restore a file without one (copied from a member's folder) only with <c>--skip-hash-check</c>.
    /// </summary>
    public required bool HasTrailer { get; init; }

    /// <summary>True where the trailing checksum is there and right; false where it is wrong or missing.</summary>
    public required bool TrailerValid { get; init; }

    /// <summary>SHA-256 of the whole file, lower-case hex, as <c>sha256sum</c> prints it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>
    /// CRC-32C of all bucket names, keys and values, in order: what <c>etcdutl snapshot status</c> (before 3.5
    /// <c>etcdctl snapshot status</c>) prints in hex. The same from 3.3 to 3.6. It is not the hash of <c>endpoint hashkv</c>.
    /// </summary>
    /// <remarks>Source: etcd <c>etcdutl/snapshot/v3_snapshot.go</c>, Status.</remarks>
    public required uint Hash { get; init; }

    /// <summary>
    /// What <c>etcdctl endpoint hashkv</c> prints for a member with this data, at <see cref="CurrentRevision"/> and with
    /// <see cref="CompactRevision"/> as its compact revision: the hash of all keys and values, without what else the database holds.
    /// </summary>
    /// <remarks>Source: etcd <c>server/storage/mvcc/hash.go</c>. The same from 3.3 to 3.6 once a compaction has come to its end.</remarks>
    public required uint HashKv { get; init; }

    /// <summary>The highest revision with a record in the file; etcd's tools print this. 0 where there is none.</summary>
    public required long Revision { get; init; }

    /// <summary>The revision up to which history has been compacted, or is being compacted; 0 where it never was.</summary>
    public required long CompactRevision { get; init; }

    /// <summary>
    /// The revision a member stands at when it starts from this file: the highest of <see cref="Revision"/>,
    /// <see cref="CompactRevision"/> and 1.
    /// </summary>
    /// <remarks>
    /// Compaction removes the record of a deletion too, so <see cref="Revision"/> can be the lower one.
    /// Source: etcd <c>server/storage/mvcc/kvstore.go</c>, restore.
    /// </remarks>
    public long CurrentRevision => Math.Max(1, Math.Max(Revision, CompactRevision));

    /// <summary>Keys that exist at <see cref="Revision"/>, as a client counts them; 3.6 prints this as total keys.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>Puts and deletions of keys that are still on record.</summary>
    public required long TotalRevisions { get; init; }

    /// <summary>Records in all buckets; the tools of etcd 3.5 and older print this as total keys.</summary>
    public required long TotalRecords { get; init; }

    /// <summary>
    /// Pages that nothing uses and that are not on the free list either; 0 in a sound file. No key is lost with them, but
    /// <c>bbolt check</c> and <c>etcdutl snapshot status</c> call it damage.
    /// </summary>
    public required long LostPages { get; init; }

    /// <summary>
    /// The version that the members had agreed on, for instance <c>3.5.0</c>; null before they did, and in a restored database
    /// that has not run yet.
    /// </summary>
    public required string? ClusterVersion { get; init; }

    /// <summary>
    /// The version of the storage's schema, for instance <c>3.6.0</c>; null before 3.6, and in a cluster of 3.6 that is being downgraded.
    /// </summary>
    /// <remarks>Source: etcd <c>server/storage/schema/schema.go</c> (3.6): migrating to 3.5 removes it.</remarks>
    public required string? StorageVersion { get; init; }

    /// <summary>The version that the cluster is being downgraded to (<c>etcdctl downgrade enable</c>), for instance <c>3.5.0</c>; null where it is not.</summary>
    /// <remarks>Source: etcd <c>server/etcdserver/api/membership/store.go</c> (3.5), mustSaveDowngradeToBackend.</remarks>
    public string? DowngradeTarget { get; init; }

    /// <summary>Index of the last raft entry in the data; null where none was saved.</summary>
    public required ulong? ConsistentIndex { get; init; }

    /// <summary>Raft term of that entry; null before 3.5, which does not save it.</summary>
    public required ulong? Term { get; init; }

    /// <summary>True where clients of the cluster had to authenticate, and will have to again after a restore.</summary>
    public required bool AuthEnabled { get; init; }

    /// <summary>How many users there are, whether or not authentication is on.</summary>
    public required int Users { get; init; }

    /// <summary>How many roles there are.</summary>
    public required int Roles { get; init; }

    /// <summary>How many leases there are; those that were granted and not revoked.</summary>
    public required int Leases { get; init; }

    /// <summary>The alarms that were active; a restored cluster has them too.</summary>
    public required IReadOnlyList<MemberAlarm> Alarms { get; init; }

    /// <summary>The members of the cluster that the data comes from, by id.</summary>
    public required IReadOnlyList<SnapshotMember> Members { get; init; }

    /// <summary>The ids of members that were removed from that cluster and may never come back, in bare hex as etcd prints them.</summary>
    public required IReadOnlyList<string> RemovedMembers { get; init; }
}
