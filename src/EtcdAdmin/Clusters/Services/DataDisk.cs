using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The disk of a member's data.</summary>
internal static class DataDisk
{
    /// <summary>Reads it; null if the member's host does not answer.</summary>
    public static async Task<DiskSpace?> ReadAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        try
        {
            MemberServiceState state = await context.ServiceOf(member).LookAsync(member, cancellationToken).ConfigureAwait(false);
            return state.Disks.FirstOrDefault(disk => disk.Path == member.Layout.DataDirectory) ?? (state.Disks.Count > 0 ? state.Disks[0] : null);
        }
        catch (EtcdException)
        {
            return null; // whoever needs the disk says that it is unknown
        }
    }
}
