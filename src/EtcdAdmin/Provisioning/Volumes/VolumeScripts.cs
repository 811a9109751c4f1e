using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>The scripts that a host runs for a data volume.</summary>
internal static class VolumeScripts
{
    /// <summary>Makes the file system, unless it exists, and mounts it.</summary>
    public static string Prepare => ShellScript.Of(typeof(VolumeScripts), "prepare-volume");

    /// <summary>The arguments of <c>volume</c> in a survey.</summary>
    /// <param name="name">The name that the fact returns.</param>
    /// <param name="volume">The wanted volume.</param>
    public static string[] Arguments(string name, DataVolume volume) =>
        [name, volume.Device, volume.FileSystem, volume.MountPoint, VolumeUnit.Name(volume.MountPoint), VolumeUnit.UnfinishedMark];
}
