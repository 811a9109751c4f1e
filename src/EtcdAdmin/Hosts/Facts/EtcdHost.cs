using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Facts;

/// <summary>What a host is and has, as it was when it was asked. Null means "not known", never "none".</summary>
public sealed record EtcdHost
{
    /// <summary>How the operator calls it.</summary>
    public required string HostName { get; init; }

    /// <summary>How it was reached.</summary>
    public required HostConnection Connection { get; init; }

    /// <summary>What it calls itself (<c>uname -n</c>).</summary>
    public string? NodeName { get; init; }

    /// <summary>The kernel, <c>Linux</c> on every host that can be managed.</summary>
    public string? Kernel { get; init; }

    /// <summary>The processor as the kernel names it: <c>x86_64</c>, <c>aarch64</c>.</summary>
    public string? Machine { get; init; }

    /// <summary>The distribution, for instance <c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The version of systemd where that runs the host; null where something else does.</summary>
    public int? SystemdVersion { get; init; }

    /// <summary>The user that was logged in with, before becoming root.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether scripts run as root there.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Tells hosts apart (<c>/etc/machine-id</c>); cloned machines may share one.</summary>
    public string? MachineId { get; init; }

    /// <summary>Processors.</summary>
    public int? ProcessorCount { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Its IP addresses, without those of the loopback interface and without link-local ones.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>TCP ports that somebody listens on.</summary>
    public IReadOnlySet<int> ListeningPorts { get; init; } = new SortedSet<int>();

    /// <summary>Its block devices, partitions among them.</summary>
    public IReadOnlyList<HostDisk> Disks { get; init; } = [];

    /// <summary>What is mounted from a device, with the space that is left.</summary>
    public IReadOnlyList<HostFileSystem> FileSystems { get; init; } = [];

    /// <summary>How far its clock is ahead of this machine's, give or take <see cref="ClockUncertainty"/>.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>How wrong that may be: half of the time that question and answer were on their way, connecting included.</summary>
    public TimeSpan? ClockUncertainty { get; init; }

    /// <summary>What there is of etcd, whoever installed it.</summary>
    public IReadOnlyList<ExistingEtcd> Etcd { get; init; } = [];

    /// <summary>The file system that a path is on, also where the path itself does not exist yet.</summary>
    /// <param name="path">A full path on the host.</param>
    /// <returns>Null where it is not known.</returns>
    public HostFileSystem? FileSystemOf(string path) => FileSystems
        .Where(system => system.MountPoint == "/" || path == system.MountPoint || path.StartsWith(system.MountPoint + "/", StringComparison.Ordinal))
        .MaxBy(system => system.MountPoint.Length);

    /// <inheritdoc/>
    public override string ToString() => HostName;
}

/// <summary>A block device of a host.</summary>
/// <param name="Path">For instance <c>/dev/sdb</c>.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Type">As <c>lsblk</c> says: <c>disk</c>, <c>part</c>, <c>loop</c>, <c>lvm</c>.</param>
public sealed record HostDisk(string Path, long SizeBytes, string Type)
{
    /// <summary>The file system on it; null where none is found.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The id of that file system.</summary>
    public string? Uuid { get; init; }

    /// <summary>Where it is mounted; null where it is not.</summary>
    public string? MountPoint { get; init; }

    /// <summary>The kind of partition table it carries; null where it carries none.</summary>
    public string? PartitionTable { get; init; }

    /// <summary>Whether nothing is on it: no file system, no partition table, not mounted.</summary>
    public bool IsEmpty => FileSystem is null && MountPoint is null && PartitionTable is null;

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>A mounted file system of a host.</summary>
/// <param name="MountPoint">Where.</param>
/// <param name="Source">The device, or what else it comes from.</param>
/// <param name="Type"><c>ext4</c>, <c>xfs</c>, <c>overlay</c>.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="FreeBytes">What an ordinary user may still fill.</param>
public sealed record HostFileSystem(string MountPoint, string Source, string Type, long SizeBytes, long FreeBytes)
{
    /// <summary>How many files it still takes (free inodes); null where it does not count them.</summary>
    public long? FreeFiles { get; init; }

    /// <summary>Whether nothing can be written to it.</summary>
    public bool IsReadOnly { get; init; }

    /// <inheritdoc/>
    public override string ToString() => MountPoint;
}

/// <summary>Something of etcd that is on a host.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The process id, the unit's name, or the path.</param>
public sealed record ExistingEtcd(ExistingEtcdKind Kind, string Name)
{
    /// <summary>More about it: a process's command, whether a unit is enabled; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>The cluster that EtcdAdmin put it there for; null where somebody else did.</summary>
    public string? Cluster { get; init; }

    /// <summary>The member of that cluster.</summary>
    public string? Member { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>What a trace of etcd on a host is.</summary>
public enum ExistingEtcdKind
{
    /// <summary>A running process.</summary>
    Process,

    /// <summary>A unit of systemd.</summary>
    Unit,

    /// <summary>A folder in the usual place for data that holds something.</summary>
    Data,

    /// <summary>A file or folder in the usual place for configuration.</summary>
    Configuration,

    /// <summary>A program on PATH.</summary>
    Program,

    /// <summary>A release installed side by side with others.</summary>
    Release,
}
