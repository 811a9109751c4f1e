using System.Text.Json.Serialization;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>A file system that a member has for its data alone.</summary>
/// <param name="Device">The block device it was made on, for instance <c>/dev/sdb</c>; names of devices may change from boot to boot.</param>
/// <param name="FileSystem"><c>ext4</c> or <c>xfs</c>.</param>
/// <param name="MountPoint">Where it is mounted.</param>
public sealed record DataVolume(string Device, string FileSystem, string MountPoint)
{
    /// <summary>The systemd unit that mounts it.</summary>
    [JsonIgnore]
    public string MountUnit => Spec.MountUnit.Name(MountPoint);
}
