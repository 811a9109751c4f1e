using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>What is looked at and done on a host for a data volume.</summary>
internal static class VolumeScripts
{
    /// <summary>Makes the file system, unless it is there, and mounts it.</summary>
    public static string Prepare => ShellScript.Of(typeof(VolumeScripts), "prepare-volume");

    /// <summary>What a survey's <c>volume</c> is given.</summary>
    /// <param name="name">Comes back in the fact.</param>
    /// <param name="volume">What is wanted.</param>
    public static string[] Arguments(string name, DataVolume volume) =>
        [name, volume.Device, volume.FileSystem, volume.MountPoint, VolumeUnit.Name(volume.MountPoint), VolumeUnit.UnfinishedMark];
}
