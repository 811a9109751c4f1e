using EtcdAdmin.Client.Records;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Database;

/// <summary>The contents of an etcd database file: a saved snapshot, or a member's own <c>member/snap/db</c>.</summary>
public record SnapshotInfo
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of the database: <see cref="Size"/> without the trailing checksum.</summary>
    public required long DatabaseSize { get; init; }

    /// <summary>
    /// True if the file ends in a SHA-256 of its contents, or in a part of one. Every snapshot saved through etcd's API ends in a SHA-256; a plain
    /// database consists of complete sectors of 512 bytes. etcd's tools restore a file without a checksum (copied from a member's folder) only with
    /// <c>--skip-hash-check</c>.
    /// </summary>
    public required bool HasTrailer { get; init; }

    /// <summary>True if the trailing checksum is present and correct; false if it is wrong or missing.</summary>
    public required bool TrailerValid { get; init; }

    /// <summary>SHA-256 of the complete file, lower-case hex, as <c>sha256sum</c> prints it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>
    /// CRC-32C of all bucket names, keys and values, in order. <c>etcdutl snapshot status</c> (before 3.5 <c>etcdctl snapshot status</c>)
    /// prints this value in hex. It is the same from 3.3 to 3.6. It is not the hash of <c>endpoint hashkv</c>.
    /// </summary>
    /// <remarks>Source: etcd <c>etcdutl/snapshot/v3_snapshot.go</c>, Status.</remarks>
    public required uint Hash { get; init; }

    /// <summary>
    /// The hash that <c>etcdctl endpoint hashkv</c> prints for a member with this data, at <see cref="CurrentRevision"/> and with
    /// <see cref="CompactRevision"/> as compact revision: the hash of all keys and values, without the rest of the database.
    /// </summary>
    /// <remarks>Source: etcd <c>server/storage/mvcc/hash.go</c>. The same from 3.3 to 3.6 once a compaction has finished.</remarks>
    public required uint HashKv { get; init; }

    /// <summary>The highest revision with a record in the file, as etcd's tools print it. 0 if there are no records.</summary>
    public required long Revision { get; init; }

    /// <summary>The revision up to which history is compacted or being compacted; 0 if it was never compacted.</summary>
    public required long CompactRevision { get; init; }

    /// <summary>
    /// The revision of a member that starts from this file: the highest of <see cref="Revision"/>,
    /// <see cref="CompactRevision"/> and 1.
    /// </summary>
    /// <remarks>
    /// Compaction also removes the record of a deletion, so <see cref="Revision"/> can be lower than <see cref="CompactRevision"/>.
    /// Source: etcd <c>server/storage/mvcc/kvstore.go</c>, restore.
    /// </remarks>
    public long CurrentRevision => Math.Max(1, Math.Max(Revision, CompactRevision));

    /// <summary>Number of keys that exist at <see cref="Revision"/>, as a client counts them; etcd 3.6 prints this as total keys.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>Number of puts and deletions that are still recorded.</summary>
    public required long TotalRevisions { get; init; }

    /// <summary>Number of records in all buckets; the tools of etcd 3.5 and older print this as total keys.</summary>
    public required long TotalRecords { get; init; }

    /// <summary>
    /// Number of pages that are neither in use nor on the free list; 0 in a sound file. No key is lost with these pages, but
    /// <c>bbolt check</c> and <c>etcdutl snapshot status</c> report them as damage.
    /// </summary>
    public required long LostPages { get; init; }

    /// <summary>
    /// The version that the members agreed on, for example <c>3.5.0</c>. Null before the members agreed, and in a restored database
    /// that has not been started yet.
    /// </summary>
    public required string? ClusterVersion { get; init; }

    /// <summary>
    /// The schema version of the storage, for example <c>3.6.0</c>. Null before 3.6, and in a 3.6 cluster that is being downgraded.
    /// </summary>
    /// <remarks>Source: etcd <c>server/storage/schema/schema.go</c> (3.6): migrating to 3.5 removes it.</remarks>
    public required string? StorageVersion { get; init; }

    /// <summary>
    /// The version that the cluster is being downgraded to (<c>etcdctl downgrade enable</c>), for example <c>3.5.0</c>; null if no downgrade
    /// is in progress.
    /// </summary>
    /// <remarks>Source: etcd <c>server/etcdserver/api/membership/store.go</c> (3.5), mustSaveDowngradeToBackend.</remarks>
    public string? DowngradeTarget { get; init; }

    /// <summary>Index of the last raft entry in the data; null if no index was saved.</summary>
    public required ulong? ConsistentIndex { get; init; }

    /// <summary>Raft term of that entry; null before 3.5, which does not save the term.</summary>
    public required ulong? Term { get; init; }

    /// <summary>True if clients of the cluster had to authenticate. They have to authenticate again after a restore.</summary>
    public required bool AuthEnabled { get; init; }

    /// <summary>Number of users, whether authentication is on or off.</summary>
    public required int Users { get; init; }

    /// <summary>Number of roles.</summary>
    public required int Roles { get; init; }

    /// <summary>Number of leases that were granted and not revoked.</summary>
    public required int Leases { get; init; }

    /// <summary>The active alarms. A restored cluster has the same alarms.</summary>
    public required IReadOnlyList<MemberAlarm> Alarms { get; init; }

    /// <summary>The members of the cluster that the data comes from, by ID.</summary>
    public required IReadOnlyList<SnapshotMember> Members { get; init; }

    /// <summary>The IDs of members that were removed from that cluster and can never rejoin, in bare hex as etcd prints them.</summary>
    public required IReadOnlyList<string> RemovedMembers { get; init; }
}
