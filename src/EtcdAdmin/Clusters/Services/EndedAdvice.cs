using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Services;

/// <summary>What to do about an etcd that ended, by what it logged.</summary>
internal static class EndedAdvice
{
    // What etcd and its database say of contents that they cannot use: server/storage/wal (crc mismatch, cannot be repaired, file not found),
    // server/etcdserver/api/snap, raft ("tocommit(…) is out of range … Was the raft log corrupted, truncated, or lost?"), and bbolt.
    private static readonly string[] Damage =
    [
        "crc mismatch", "failed to read WAL", "cannot be repaired", "failed to open WAL", "max entry size limit exceeded", "wal: slice bounds out of range",
        "Was the raft log corrupted", "failed to recover v3 backend", "failed to find database snapshot file", "snap: empty snapshot", "invalid database", "checksum error",
        "freepages:", "page type", "assertion failed", "unexpected fault address", "SIGBUS", "database file is corrupt", "invalid page",
    ];

    private static readonly string[] Locked = ["file already locked", "resource temporarily unavailable"];

    // The words of strerror(3) for what stands in the way of etcd. It says them with "failed to open WAL", and of a log that it could not
    // repair for want of room that it cannot be repaired: looked for before damage.
    private static readonly string[] Denied = ["permission denied", "operation not permitted", "read-only file system"];
    private static readonly string[] Full = ["no space left on device", "disk quota exceeded"];

    /// <summary>The next step.</summary>
    /// <param name="member">Whose etcd ended.</param>
    /// <param name="log">What it logged since it was started last.</param>
    public static string For(MemberSpec member, string log) =>
        Has(log, Locked) ? $"Another process has its files open: 'fuser -v {member.WalFolder}/*' names it. End it, then start the member again. {Whole(member)}"
        : Has(log, Full) ? $"Its disk is full. Free some space on {member.HostName}, then start the member again. {Whole(member)}"
        : Has(log, Denied) ? $"It may not read or write its own files. Look at their owner, mode and file system (its data is in {member.Layout.DataDirectory}, its log in {member.WalFolder}), then start the member again. {Whole(member)}"
        : Has(log, Damage)
            ? $"Its data is damaged. While the other members have a quorum, re-create it from them with Repair-EtcdMember {member.Name}. "
                + $"Without a quorum, see what each member's data still holds (Get-EtcdRecoveryCandidate) and rebuild the cluster from the best (Repair-EtcdCluster). {Whole(member)}"
        : Whole(member);

    private static bool Has(string log, string[] words) => words.Any(word => log.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Whole(MemberSpec member) => $"The whole log is {member.LogPlace}.";
}
