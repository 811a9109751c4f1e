using System.Diagnostics;

namespace EtcdAdmin.Lab;

/// <summary>What a machine needs to have a lab.</summary>
internal static class Prerequisites
{
    /// <summary>Where the programs of root are, beside what PATH says.</summary>
    public const string SystemFolders = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";

    /// <summary>Programs and the Debian packages that have them.</summary>
    private static readonly (string Program, string Package)[] Programs =
    [
        ("systemd-nspawn", "systemd-container"),
        ("mmdebstrap", "mmdebstrap"),
        ("ip", "iproute2"),
        ("nft", "nftables"),
        ("ssh", "openssh-client"),
        ("ssh-keygen", "openssh-client"),
        ("losetup", "mount"),
        ("nsenter", "util-linux"),
        ("setsid", "util-linux"),
    ];

    /// <summary>Why there can be no lab here; null where there can.</summary>
    public static string? FindMissing()
    {
        if (!OperatingSystem.IsLinux()) return "The lab's hosts are systemd-nspawn containers, which only Linux has.";
        if (!Environment.IsPrivilegedProcess) return "The lab's hosts take root: containers, network namespaces, mounts.";
        string[] folders = $"{Environment.GetEnvironmentVariable("PATH")}:{SystemFolders}".Split(':', StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. Programs
            .Where(needed => !folders.Any(folder => File.Exists(Path.Combine(folder, needed.Program))))
            .Select(needed => $"{needed.Program} (Debian package {needed.Package})")];
        if (missing.Length > 0) return $"The lab's hosts need {string.Join(", ", missing)}.";
        if (Machines.ControlGroup.Root is null) return "The lab's hosts need a mounted cgroup2 file system.";
        return MayMakeNamespaces() ? null : "The lab's hosts need mounts and network namespaces, which root may not make here.";
    }

    private static bool MayMakeNamespaces()
    {
        var start = new ProcessStartInfo("unshare", ["--mount", "--net", "mount", "-t", "tmpfs", "none", "/mnt"])
        {
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!; // null only with UseShellExecute
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
