namespace EtcdAdmin.Deployment.Storage;

/// <summary>The new place of a member's data: a device, a folder, or a device mounted at a folder.</summary>
public sealed record MoveDataRequest
{
    /// <summary>An empty block device of the host, which gets a file system; null uses the mounted file systems.</summary>
    public string? Device { get; init; }

    /// <summary>The file system of the device: <c>ext4</c> (default) or <c>xfs</c>.</summary>
    public string? FileSystem { get; init; }

    /// <summary>
    /// The folder for the data. With a device it is the mount point; null is then the first free folder of <c>/var/lib/etcd</c>,
    /// <c>/var/lib/etcd-2</c> and so on.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Makes the file system also on a device that is not empty; its contents are lost. A mounted device is never formatted.</summary>
    public bool ForceFormat { get; init; }

    /// <summary>Removes the old data once the member has proved the new data. Otherwise the old data is kept, moved aside in its folder.</summary>
    public bool RemoveOldData { get; init; }

    /// <summary>How long the member may take to serve again and catch up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
