using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>The folder on this machine for copies of members' data while it is read. The copies hold all keys and values.</summary>
internal static class RecoveryCopies
{
    /// <summary>Makes a private folder for this process, and removes the leftovers of killed processes.</summary>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public static LockedFolder MakeFolder(AdminContext context) =>
        LockedFolder.Create(Path.Combine(context.Home.Path, "recovery"), "copies-", Guid.NewGuid().ToString("n"), leastAge: TimeSpan.Zero);
}
