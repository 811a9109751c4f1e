using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>The rules for devices, file systems and places of data.</summary>
internal static partial class StorageRules
{
    /// <summary>
    /// The smallest size of a device: etcd preallocates 64 MB for each segment of its log, xfs needs at least 300 MB (xfsprogs 6.0), and the
    /// database needs some space.
    /// </summary>
    public const long SmallestDevice = 512L << 20;

    // With ProtectHome, PrivateTmp and PrivateDevices of its unit, etcd cannot see most of these folders; others are in memory or for the boot.
    private static readonly string[] Unusable = ["/home", "/root", "/run", "/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/boot"];

    /// <summary>The full path of a block device, as given.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string Device(string path) => AllowedDevice().IsMatch(path) && !path.Split('/').Contains("..")
        ? path
        : throw SpecRules.Invalid($"'{path}' is not a full path of a device, such as /dev/sdb or /dev/disk/by-id/...");

    /// <summary>The kind of file system, by default ext4.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string FileSystem(string? kind) => kind switch
    {
        null or "ext4" => "ext4",
        "xfs" => "xfs",
        _ => throw SpecRules.Invalid($"'{kind}' is not a file system for etcd's data; use ext4 or xfs"),
    };

    /// <summary>A folder that can hold etcd's data.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string DataPath(string path)
    {
        string usable = SpecRules.HostPath(path);
        if (Unusable.FirstOrDefault(place => usable == place || usable.StartsWith(place + "/", StringComparison.Ordinal)) is { } place)
            throw SpecRules.Invalid($"'{path}' cannot hold data: etcd's service cannot see {place}, or {place} is lost at a reboot");
        return usable;
    }

    /// <summary>Whether a path is a folder, or in it.</summary>
    public static bool IsIn(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"\A/dev(/[A-Za-z0-9._:+@=,-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedDevice();
}
