using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>Where members' data is copied to on this machine while it is read. It holds all keys and values.</summary>
internal static class RecoveryCopies
{
    /// <summary>Makes a private folder of this process, and removes those that killed processes left behind.</summary>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public static LockedFolder MakeFolder(AdminContext context) =>
        LockedFolder.Create(Path.Combine(context.Home.Path, "recovery"), "copies-", Guid.NewGuid().ToString("n"), leastAge: TimeSpan.Zero);
}
