using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>Makes file systems for data and mounts them, now and at each boot of the host.</summary>
internal static class VolumePreparer
{
    /// <summary>Makes the file system and mounts it, where that is not done yet.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="volume">The wanted volume.</param>
    /// <param name="facts">The facts of the host at planning time.</param>
    /// <param name="force">Whether the contents of the device may be lost.</param>
    /// <param name="cancellationToken">Stops waiting; the script on the host may go on.</param>
    /// <exception cref="HostCommandException">The script failed, or the device has changed since the facts were read.</exception>
    public static async Task PrepareAsync(
        IHost host, string cluster, string member, DataVolume volume, VolumeFacts facts, bool force, CancellationToken cancellationToken)
    {
        string id = facts is { IsOurs: true, Uuid: { } known } ? known : Guid.NewGuid().ToString();
        using var unit = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(VolumeUnit.Render(cluster, member, volume, id)));
        var script = new HostScript(VolumeScripts.Prepare)
        {
            Arguments =
            [
                volume.Device,
                volume.FileSystem,
                volume.MountPoint,
                VolumeUnit.Name(volume.MountPoint),
                id,
                force ? "yes" : "no",
                VolumeUnit.UnfinishedMark,
            ],
            StandardInput = unit,
        };
        await host.RunRequiredAsync($"make the file system of member {member}", script, cancellationToken).ConfigureAwait(false);
    }
}
