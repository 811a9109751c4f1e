using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>Finds all problems of making a file system on a device and mounting it for a member.</summary>
/// <param name="host">The host.</param>
/// <param name="owner">Cluster and member, as the unit of the mount names them.</param>
/// <param name="force">Whether the contents of the device may be lost.</param>
internal sealed class VolumeGuard(EtcdHost host, string owner, bool force)
{
    /// <summary>The owner of a mount, as its unit names it.</summary>
    public static string Owner(string cluster, string member) => $"{cluster}/{member}";

    /// <summary>All problems; none where the volume can be made, or exists.</summary>
    /// <param name="volume">The wanted volume.</param>
    /// <param name="facts">The facts of the host.</param>
    /// <param name="neededBytes">The space that the data needs; 0 for no data yet.</param>
    public IEnumerable<EtcdException> Check(DataVolume volume, VolumeFacts facts, long neededBytes = 0)
    {
        if (facts.IsReady) yield break;
        if (facts.UnitOwner is { } other && other != owner)
        {
            yield return Problem(EtcdErrorIds.AlreadyExists, volume.MountPoint,
                other == "/"
                    ? $"has a unit for mounting {volume.MountPoint} that EtcdAdmin did not write"
                    : $"mounts the data of {other} at {volume.MountPoint}",
                "Choose another folder for the data. Remove that unit only if nothing needs what it mounts.");
        }
        else if (facts.MountedFrom is { } mounted && mounted != facts.Device)
        {
            yield return Problem(EtcdErrorIds.DeviceInUse, volume.MountPoint, $"has {mounted} mounted at {volume.MountPoint}",
                "Choose another folder for the data, or unmount it first if nothing uses it.");
        }
        else if (facts is { IsPlaceFull: true, MountedFrom: null })
        {
            yield return Problem(EtcdErrorIds.DataExists, volume.MountPoint,
                $"has files in {volume.MountPoint}, which the new file system would hide", "Move them away, or choose another folder for the data.");
        }

        if (facts.Device is null)
        {
            yield return Problem(EtcdErrorIds.DeviceNotFound, volume.Device, $"has no device {volume.Device}", Empty());
            yield break;
        }

        if (facts.IsMade)
        {
            if (!facts.Contents.Contains(volume.FileSystem))
            {
                yield return Problem(EtcdErrorIds.DeviceNotEmpty, volume.Device,
                    $"has the file system of {owner} on {volume.Device}, which is {string.Join(", ", facts.Contents)} and not {volume.FileSystem}",
                    "To use the existing file system, give its type (-FileSystem).");
            }

            yield break;
        }

        foreach (EtcdException problem in CheckContents(volume, facts)) yield return problem;
        long least = Math.Max(StorageRules.SmallestDevice, neededBytes);
        if (facts.SizeBytes < least)
        {
            yield return Problem(EtcdErrorIds.DeviceTooSmall, volume.Device,
                $"has {Size(facts.SizeBytes)} on {volume.Device}, and {Size(least)} are needed", "Give a larger device.");
        }

        if (!facts.HasTool)
        {
            yield return Problem(EtcdErrorIds.HostNotSupported, host.HostName, $"has no mkfs.{volume.FileSystem}",
                $"Install {(volume.FileSystem == "xfs" ? "xfsprogs" : "e2fsprogs")} there, or choose the other file system (-FileSystem).");
        }
    }

    private IEnumerable<EtcdException> CheckContents(DataVolume volume, VolumeFacts facts)
    {
        if (facts.Mounts.Count > 0)
        {
            yield return Problem(EtcdErrorIds.DeviceInUse, volume.Device,
                $"has {volume.Device} mounted at {string.Join(", ", facts.Mounts)}",
                    $"Find out what uses it. Only if it is the right device and its contents are not needed, unmount it. {Empty()}");
        }
        else if (facts.Children.Count > 0)
        {
            yield return Problem(EtcdErrorIds.DeviceInUse, volume.Device,
                $"has {string.Join(", ", facts.Children)} on {volume.Device}",
                    "Give one of its partitions. Or, only if nothing on them is needed, remove the partitions first, which loses their contents. "
                        + $"{Empty()}");
        }
        else if (facts.Contents.Count > 0 && !facts.IsOurs && !force)
        {
            yield return Problem(EtcdErrorIds.DeviceNotEmpty, volume.Device,
                $"has {string.Join(", ", facts.Contents)} on {volume.Device}",
                    $"-Force destroys the contents of the device: use it only if nothing on the device is needed. {Empty()}");
        }
    }

    private string Empty()
    {
        string[] empty = [.. host.Disks.Where(disk => disk is { IsEmpty: true, Type: "disk", SizeBytes: >= StorageRules.SmallestDevice })
            .Select(disk => $"{disk.Path} ({Size(disk.SizeBytes)})")];
        return empty.Length == 0 ? "The host has no empty disk." : $"Empty disks of the host: {string.Join(", ", empty)}.";
    }

    private EtcdException Problem(string id, string target, string what, string nextStep) =>
        new(id, $"{host.HostName} {what}.") { Target = $"{host.HostName}:{target}", NextStep = nextStep };

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB");
}
