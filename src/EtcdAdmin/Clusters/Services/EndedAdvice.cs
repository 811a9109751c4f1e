using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The next step after the end of an etcd process, by its log.</summary>
internal static class EndedAdvice
{
    // Messages of etcd and its database about unusable data: server/storage/wal (crc mismatch, cannot be repaired, file not found),
    // server/etcdserver/api/snap, raft ("tocommit(…) is out of range … Was the raft log corrupted, truncated, or lost?"), and bbolt.
    private static readonly string[] Damage =
    [
        "crc mismatch", "failed to read WAL", "cannot be repaired", "failed to open WAL", "max entry size limit exceeded", "wal: slice bounds out "
            + "of range",
        "Was the raft log corrupted", "failed to recover v3 backend", "failed to find database snapshot "
            + "file", "snap: empty snapshot", "invalid database", "checksum error",
        "freepages:", "page type", "assertion failed", "unexpected fault address", "SIGBUS", "database file is corrupt", "invalid page",
    ];

    private static readonly string[] Locked = ["file already locked", "resource temporarily unavailable"];

    // The texts of strerror(3) for external causes. etcd logs them with "failed to open WAL", and a log that it could not repair for lack of space as
    // "cannot be repaired", so they are checked before damage.
    private static readonly string[] Denied = ["permission denied", "operation not permitted", "read-only file system"];
    private static readonly string[] Full = ["no space left on device", "disk quota exceeded"];

    /// <summary>The next step.</summary>
    /// <param name="member">The member whose etcd ended.</param>
    /// <param name="log">Its log since its last start.</param>
    public static string For(MemberSpec member, string log) =>
        Has(log, Locked) ? $"Another process has the member's files open; find it with 'fuser -v {member.WalFolder}/*' (as root). "
            + "If it is an etcd that was started by hand, stop it with SIGTERM, not SIGKILL; wait for a backup or scan to finish. Then start the "
            + $"member again. {Whole(member)}"
        : Has(log, Full) ? $"Its disk is full. Free disk space on {member.HostName}, then start the member again. {Whole(member)}"
        : Has(log, Denied) ? "etcd does not have the permission to read or write the member's files. "
            + $"Check their owner, mode and file system (its data is in {member.Layout.DataDirectory}, its log in {member.WalFolder}), then start "
            + $"the member again. {Whole(member)}"
        : Has(log, Damage)
            ? $"Its data is damaged. While the other members have a quorum, re-create it from them with Repair-EtcdMember {member.Name}. "
                + "Without a quorum, compare the data of the members (Get-EtcdRecoveryCandidate) and rebuild the cluster from the best one "
                    + $"(Repair-EtcdCluster). {Whole(member)}"
        : Whole(member);

    private static bool Has(string log, string[] words) => words.Any(word => log.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Whole(MemberSpec member) => $"The complete log: {member.LogPlace}.";
}
