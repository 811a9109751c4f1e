using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>The rules for devices, file systems and places of data.</summary>
internal static partial class StorageRules
{
    /// <summary>
    /// The least that a device must have: etcd preallocates 64 MB for each segment of its log, xfs cannot be made smaller than 300 MB
    /// (xfsprogs 6.0), and some room for a database has to be left.
    /// </summary>
    public const long SmallestDevice = 512L << 20;

    // etcd's unit has ProtectHome, PrivateTmp and PrivateDevices, so it would not see them; the others live in memory.
    private static readonly string[] Unusable = ["/home", "/root", "/run", "/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/boot"];

    /// <summary>The full path of a block device, as given.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string Device(string path) => AllowedDevice().IsMatch(path) && !path.Split('/').Contains("..")
        ? path
        : throw SpecRules.Invalid($"'{path}' is not a device; full paths such as /dev/sdb or /dev/disk/by-id/... are");

    /// <summary>The kind of file system, by default ext4.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string FileSystem(string? kind) => kind switch
    {
        null or "ext4" => "ext4",
        "xfs" => "xfs",
        _ => throw SpecRules.Invalid($"'{kind}' is not a file system for etcd's data; ext4 and xfs are"),
    };

    /// <summary>A folder that etcd can have its data in.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static string DataPath(string path)
    {
        string usable = SpecRules.HostPath(path);
        if (Unusable.FirstOrDefault(place => usable == place || usable.StartsWith(place + "/", StringComparison.Ordinal)) is { } place)
            throw SpecRules.Invalid($"'{path}' is not a place for data: etcd's service does not see {place}, or it does not outlive a restart");
        return usable;
    }

    /// <summary>Whether a path is another, or in it.</summary>
    public static bool IsIn(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"\A/dev(/[A-Za-z0-9._:+@=,-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedDevice();
}
