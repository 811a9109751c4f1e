using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Maintenance.FullDisk;

/// <summary>A member whose disk is full, or was when it was helped up.</summary>
/// <param name="Member">The member.</param>
/// <param name="FreeBytes">The free space of the fuller of its disks.</param>
/// <param name="SpareBytes">The size of files that etcd makes again: the reserved next part of its log, unfinished copies of its database.</param>
/// <param name="IsHeld">Whether etcd is kept from reserving disk space for the next part of its log.</param>
internal sealed record FullDiskMember(MemberSpec Member, long FreeBytes, long SpareBytes, bool IsHeld)
{
    /// <summary>Whether it needs room before it can start.</summary>
    public bool NeedsRoom { get; init; }
}
