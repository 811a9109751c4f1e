using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>Makes file systems for data and mounts them, now and at every start of the host.</summary>
internal static class VolumePreparer
{
    /// <summary>Does what is left to do; done again it changes nothing.</summary>
    /// <param name="host">Where.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="volume">What is wanted.</param>
    /// <param name="facts">What there was when it was planned.</param>
    /// <param name="force">Whether what is on the device may be lost.</param>
    /// <param name="cancellationToken">Stops waiting; the host may go on.</param>
    /// <exception cref="HostCommandException">It failed, or the device is no longer as it was.</exception>
    public static async Task PrepareAsync(
        IHost host, string cluster, string member, DataVolume volume, VolumeFacts facts, bool force, CancellationToken cancellationToken)
    {
        string id = facts is { IsOurs: true, Uuid: { } known } ? known : Guid.NewGuid().ToString();
        using var unit = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(VolumeUnit.Render(cluster, member, volume, id)));
        var script = new HostScript(VolumeScripts.Prepare)
        {
            Arguments = [volume.Device, volume.FileSystem, volume.MountPoint, VolumeUnit.Name(volume.MountPoint), id, force ? "yes" : "no", VolumeUnit.UnfinishedMark],
            StandardInput = unit,
        };
        await host.RunRequiredAsync($"make the file system of member {member}", script, cancellationToken).ConfigureAwait(false);
    }
}
