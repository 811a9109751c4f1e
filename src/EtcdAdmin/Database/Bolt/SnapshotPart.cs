namespace EtcdAdmin.Database.Bolt;

/// <summary>What of a snapshot is checked, in this order.</summary>
public enum SnapshotPart
{
    /// <summary>The file is there, is an etcd database, and one of its two meta pages is whole.</summary>
    Entry,

    /// <summary>Every page that is in use is in the file, is what it says, and is reached just once.</summary>
    Structure,

    /// <summary>The keys of every bucket ascend, and revisions with them.</summary>
    Order,

    /// <summary>Every record is what its bucket holds: revisions, keys, members, leases, alarms.</summary>
    Records,

    /// <summary>The SHA-256 at the end is that of the database before it.</summary>
    Trailer,

    /// <summary>The file is the one that was noted beside it when it was taken.</summary>
    Manifest,
}
