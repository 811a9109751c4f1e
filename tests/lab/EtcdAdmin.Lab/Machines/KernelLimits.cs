using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Limits that all hosts share, because they share the kernel and its user root.</summary>
internal static class KernelLimits
{
    private const string InotifyInstances = "/proc/sys/fs/inotify/max_user_instances";

    /// <summary>A booted host holds about ten; the kernel's own limit is 128.</summary>
    private const int WantedInotifyInstances = 4096;

    /// <summary>Raises what would keep more than a dozen hosts from starting; it stays so until the machine restarts.</summary>
    public static async Task RaiseAsync(CancellationToken cancellationToken)
    {
        string now = await File.ReadAllTextAsync(InotifyInstances, cancellationToken);
        if (int.Parse(now, CultureInfo.InvariantCulture) >= WantedInotifyInstances) return;
        await File.WriteAllTextAsync(InotifyInstances, WantedInotifyInstances.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }
}
