using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Limits that all hosts share, because they share the kernel and its user root.</summary>
internal static class KernelLimits
{
    private const string InotifyInstances = "/proc/sys/fs/inotify/max_user_instances";

    /// <summary>A running host uses about ten; the kernel's default limit is 128.</summary>
    private const int WantedInotifyInstances = 4096;

    /// <summary>Raises a limit that would prevent starting more than a dozen hosts. It stays raised until the machine restarts.</summary>
    public static async Task RaiseAsync(CancellationToken cancellationToken)
    {
        string now = await File.ReadAllTextAsync(InotifyInstances, cancellationToken);
        if (int.Parse(now, CultureInfo.InvariantCulture) >= WantedInotifyInstances) return;
        await File.WriteAllTextAsync(InotifyInstances, WantedInotifyInstances.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }
}
