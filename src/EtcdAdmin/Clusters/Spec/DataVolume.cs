using System.Text.Json.Serialization;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>A separate file system for a member's data.</summary>
/// <param name="Device">The block device that it was made on, for instance <c>/dev/sdb</c>; device names may change with a reboot.</param>
/// <param name="FileSystem"><c>ext4</c> or <c>xfs</c>.</param>
/// <param name="MountPoint">The mount point.</param>
public sealed record DataVolume(string Device, string FileSystem, string MountPoint)
{
    /// <summary>The systemd unit that mounts it.</summary>
    [JsonIgnore]
    public string MountUnit => Spec.MountUnit.Name(MountPoint);
}
