using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>Renders the systemd mount unit of a data volume.</summary>
/// <remarks>
/// Names and meanings: systemd.mount(5). A unit rather than a line in fstab: it is a file of its own, which can be replaced whole
/// and removed again, and which says whose it is.
/// </remarks>
internal static class VolumeUnit
{
    /// <summary>The line that stands first while the file system is being made; without it a file system of that id is complete.</summary>
    public const string UnfinishedMark = "# unfinished";

    /// <summary>Where units find devices by the id of their file system; udev makes the links.</summary>
    public const string DevicesById = "/dev/disk/by-uuid/";

    /// <summary>The name that systemd wants for the unit of a mount point: its escaped path.</summary>
    /// <param name="mountPoint">A full path.</param>
    public static string Name(string mountPoint) => MountUnit.Name(mountPoint);

    /// <summary>The text of the unit.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="volume">What is mounted where.</param>
    /// <param name="uuid">The id of the file system.</param>
    /// <remarks>
    /// A host whose data disk is lost must still come up, so that it can be mended over ssh: hence nofail, and no target requires
    /// the mount. etcd does, and does not start without it.
    /// </remarks>
    public static string Render(string cluster, string member, DataVolume volume, string uuid) => $"""
        # Written by EtcdAdmin.
        # cluster: {cluster}
        # member: {member}
        [Unit]
        Description=Data of etcd, member {member} of cluster {cluster}

        [Mount]
        What={DevicesById}{uuid}
        Where={volume.MountPoint}
        Type={volume.FileSystem}
        Options=noatime,nodev,noexec,nosuid,nofail

        [Install]
        WantedBy=local-fs.target

        """;
}
