using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Makes the file system for a member's data, unless it exists, and mounts it.</summary>
internal sealed class PrepareVolume(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => !Work.Runs(member) && Work.State.LacksVolume(member);

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => Text(member, Work.State.VolumeOf(member)!) with // it lacks one
    {
        Leaves = $"the file system on {member.Volume!.Device} of {member.HostName}, mounted at {member.Volume.MountPoint}",
    };

    /// <inheritdoc/>
    public override Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        VolumePreparer.PrepareAsync(
        Work.Context.HostOf(member), Work.Name, member.Name, member.Volume!, Work.State.VolumeOf(member)!, // planned for a member that has one
        Work.Options.HostsToForce.Contains(member.HostName), cancellationToken);

    /// <summary>The text of the step.</summary>
    /// <param name="member">A member with a device for its data.</param>
    /// <param name="found">The facts of the device.</param>
    public static StepText Text(MemberSpec member, VolumeFacts found)
    {
        DataVolume volume = member.Volume!; // see above
        return member.Step(
            StepKind.PrepareVolume,
            found.IsMade
                ? $"Mount {volume.Device} at {volume.MountPoint}"
                : $"Make an {volume.FileSystem} file system on {volume.Device} and mount it at {volume.MountPoint}") with
        {
            // Mounting alone destroys nothing, so the file system is no part of what is agreed to.
            Detail = $"{volume.Device} {volume.MountPoint}{(found.IsMade ? "" : $" {volume.FileSystem}")}",
        };
    }
}
