using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>Renders the systemd mount unit of a data volume.</summary>
/// <remarks>
/// Names and meanings: systemd.mount(5). A unit is used instead of a line in fstab because it is a separate file: it can be replaced and
/// removed, and it names its owner.
/// </remarks>
internal static class VolumeUnit
{
    /// <summary>
    /// The first line of the unit while the file system is being made. Without this line the file system with the unit's id is complete.
    /// </summary>
    public const string UnfinishedMark = "# unfinished";

    /// <summary>The folder of links to devices by the id of their file system; udev makes the links.</summary>
    public const string DevicesById = "/dev/disk/by-uuid/";

    /// <summary>The name that systemd requires for the unit of a mount point: its escaped path.</summary>
    /// <param name="mountPoint">A full path.</param>
    public static string Name(string mountPoint) => MountUnit.Name(mountPoint);

    /// <summary>The text of the unit.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="uuid">The id of the file system.</param>
    /// <remarks>
    /// A host whose data disk is lost must still boot, so that it can be repaired over ssh: hence nofail, and no target requires the mount.
    /// The unit of etcd requires it, so etcd does not start without it.
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
