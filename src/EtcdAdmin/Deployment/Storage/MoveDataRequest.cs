namespace EtcdAdmin.Deployment.Storage;

/// <summary>Where the data of a member is to go: to a device, to a folder, or to a device mounted at a folder.</summary>
public sealed record MoveDataRequest
{
    /// <summary>An empty block device of the host, which gets a file system; null moves within what is mounted already.</summary>
    public string? Device { get; init; }

    /// <summary>The kind of that file system: <c>ext4</c> (default) or <c>xfs</c>.</summary>
    public string? FileSystem { get; init; }

    /// <summary>
    /// The folder that the data shall be in. With a device its mount point, and null then is the first free one of
    /// <c>/var/lib/etcd</c>, <c>/var/lib/etcd-2</c> and so on.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Makes the file system also where the device carries something, which is lost then. Never done to a mounted device.</summary>
    public bool ForceFormat { get; init; }

    /// <summary>Removes the old data once the member has proved the new; else it stays where it was, moved aside.</summary>
    public bool RemoveOldData { get; init; }

    /// <summary>How long the member may take to serve again and catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
