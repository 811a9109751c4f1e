using EtcdAdmin.Database;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>A snapshot that exists only as its description.</summary>
internal static class SnapshotSample
{
    public static SnapshotInfo Info { get; } = new()
    {
        Path = "/backups/one.db",
        Size = 20_512,
        DatabaseSize = 20_480,
        HasTrailer = true,
        TrailerValid = true,
        Sha256 = new string('a', 64),
        Hash = 1,
        HashKv = 2,
        Revision = 100,
        CompactRevision = 0,
        TotalKeys = 10,
        TotalRevisions = 99,
        TotalRecords = 120,
        LostPages = 0,
        ClusterVersion = "3.5.0",
        StorageVersion = null,
        ConsistentIndex = 100,
        Term = 2,
        AuthEnabled = false,
        Users = 0,
        Roles = 0,
        Leases = 0,
        Alarms = [],
        Members = [],
        RemovedMembers = [],
    };

    public static RestoreRequest Request { get; } = new();
}
