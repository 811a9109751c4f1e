using System.Diagnostics;

namespace EtcdAdmin.Lab;

/// <summary>The requirements of a lab.</summary>
internal static class Prerequisites
{
    /// <summary>The folders of root's programs, in addition to PATH.</summary>
    public const string SystemFolders = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";

    /// <summary>Programs with their Debian packages.</summary>
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

    /// <summary>Why a lab is not possible here; null if it is possible.</summary>
    public static string? FindMissing()
    {
        if (!OperatingSystem.IsLinux()) return "The lab's hosts are systemd-nspawn containers, which require Linux.";
        if (!Environment.IsPrivilegedProcess) return "The lab's hosts require root: for containers, network namespaces and mounts.";
        string[] folders = $"{Environment.GetEnvironmentVariable("PATH")}:{SystemFolders}".Split(':', StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. Programs
            .Where(needed => !folders.Any(folder => File.Exists(Path.Combine(folder, needed.Program))))
            .Select(needed => $"{needed.Program} (Debian package {needed.Package})")];
        if (missing.Length > 0) return $"The lab's hosts require {string.Join(", ", missing)}.";
        if (Machines.ControlGroup.Root is null) return "The lab's hosts require a mounted cgroup2 file system.";
        return MayMakeNamespaces() ? null : "The lab's hosts require mounts and network namespaces, which root may not create on this machine.";
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
