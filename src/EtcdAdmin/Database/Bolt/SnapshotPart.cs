namespace EtcdAdmin.Database.Bolt;

/// <summary>The parts of a snapshot that are checked, in this order.</summary>
public enum SnapshotPart
{
    /// <summary>The file exists, is an etcd database, and at least one of its two meta pages is intact.</summary>
    Entry,

    /// <summary>Every page in use is in the file, has the expected type, and is reached exactly once.</summary>
    Structure,

    /// <summary>The keys of every bucket, and with them the revisions, are in ascending order.</summary>
    Order,

    /// <summary>Every record has the type that its bucket requires: revisions, keys, members, leases, alarms.</summary>
    Records,

    /// <summary>The SHA-256 at the end matches the database before it.</summary>
    Trailer,

    /// <summary>The file matches the manifest that was written when the snapshot was taken.</summary>
    Manifest,
}
