namespace EtcdAdmin.Snapshots.OnHost;

/// <summary>What snapshot to take on which member's host, and where to keep it there.</summary>
public sealed record SaveHostSnapshotRequest
{
    /// <summary>Where it is kept on hosts that nothing else was said for.</summary>
    public const string UsualFolder = "/var/backups/etcd";

    /// <summary>A folder on the host, as a full path; made if it is not there, for the user who logs in alone.</summary>
    public string Destination { get; init; } = UsualFolder;

    /// <summary>The member to take it from, and on whose host it stays; null takes the freshest healthy one, a follower rather than the leader.</summary>
    public string? Member { get; init; }

    /// <summary>The host to keep it on, one of the cluster's; null leaves it to <see cref="Member"/>.</summary>
    public string? HostName { get; init; }

    /// <summary>How long the file may not grow before it is given up. Whole seconds; default 30 s.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
