using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Schema;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Recovery.Quorum;

namespace EtcdAdmin.Tests.Recovery.Quorum;

/// <summary>What members have, as it might have been read from them.</summary>
internal static class MadeMembers
{
    private static readonly string[] Names = ["a", "b", "c"];

    public static EtcdCluster Cluster(ClusterRecovery? begun = null)
    {
        var spec = new ClusterSpec { Token = "demo-1", Members = [.. Names.Select(Spec)], Recovery = begun };
        return new EtcdCluster("demo", [.. spec.Members.Select(member => member.ClientUrl(tls: false))]) { Spec = spec };
    }

    public static MemberSpec Spec(string name) => new()
    {
        Name = name,
        HostName = "host-" + name,
        Address = "127.0.0.1",
        ClientPort = 1, // nobody listens there
        PeerPort = 1,
        Directory = "/var/lib/etcd",
        BinDirectory = "/opt/etcd",
    };

    public static MemberData Missing(string name) => new(Spec(name)) { Listing = Listing };

    /// <summary>A database, of etcd 3.5 or later where it tells the term, and no log.</summary>
    public static MemberData Member(string name, ulong index, ulong? term = null, long revision = 1, bool isLearner = false) => new(Spec(name))
    {
        Listing = Listing with { Database = new DataFile("/var/lib/etcd/data/member/snap/db", 1 << 20, DateTimeOffset.UnixEpoch) },
        Database = new SnapshotInfo
        {
            Path = "db",
            Size = 1 << 20,
            DatabaseSize = 1 << 20,
            HasTrailer = false,
            TrailerValid = false,
            Sha256 = "",
            Hash = 0,
            HashKv = 0,
            Revision = revision,
            CompactRevision = 0,
            TotalKeys = 1,
            TotalRevisions = 1,
            TotalRecords = 1,
            LostPages = 0,
            ClusterVersion = null,
            StorageVersion = null,
            ConsistentIndex = index,
            Term = term,
            AuthEnabled = false,
            Users = 0,
            Roles = 0,
            Leases = 0,
            Alarms = [],
            Members = [new SnapshotMember("1", name, [], [], isLearner)],
            RemovedMembers = [],
        },
    };

    public static MemberData WithLog(this MemberData data, ulong term, ulong index, WalCondition condition = WalCondition.Intact) => data with
    {
        Log = new WalSummary { Condition = condition, Last = new LogPosition(term, index), State = new WalState(term, 0, index) },
    };

    public static MemberData WithDamagedDatabase(this MemberData data) => data with { Database = null, Damage = "page 3 is damaged" };

    public static MemberData PutAside(this MemberData data) =>
        data with { Listing = data.Listing! with { DataDirectory = "/var/lib/etcd/data.before-repair-1" } };

    private static DataListing Listing { get; } = new()
    {
        DataDirectory = "/var/lib/etcd/data",
        WalDirectory = "/var/lib/etcd/data/member/wal",
        Space = new FolderSpace(FreeBytes: 100L << 20, UsedBytes: 50L << 20, "/"),
    };
}
