namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>The snapshot to save on a member's host, and its folder on the host.</summary>
public sealed record SaveHostSnapshotRequest
{
    /// <summary>The default folder on hosts.</summary>
    public const string UsualFolder = "/var/backups/etcd";

    /// <summary>A folder on the host, as a full path. If it does not exist, it is created for the user who logs in only.</summary>
    public string Destination { get; init; } = UsualFolder;

    /// <summary>
    /// The member to take the snapshot from, and on whose host it is saved. Null: the healthy member with the newest data, preferably a follower.
    /// </summary>
    public string? Member { get; init; }

    /// <summary>The host to save on, one of the cluster's hosts; null uses the host of <see cref="Member"/>.</summary>
    public string? HostName { get; init; }

    /// <summary>The save is cancelled if the file does not grow for this time. Whole seconds; default 30 s.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
