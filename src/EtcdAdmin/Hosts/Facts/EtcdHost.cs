using EtcdAdmin.Hosts.Connections;

namespace EtcdAdmin.Hosts.Facts;

/// <summary>The facts about a host at the time they were read. Null means "not known", never "none".</summary>
public sealed record EtcdHost
{
    /// <summary>The operator's name for the host.</summary>
    public required string HostName { get; init; }

    /// <summary>The connection it was reached with.</summary>
    public required HostConnection Connection { get; init; }

    /// <summary>The host's own name (<c>uname -n</c>).</summary>
    public string? NodeName { get; init; }

    /// <summary>The kernel: <c>Linux</c> on every supported host.</summary>
    public string? Kernel { get; init; }

    /// <summary>The processor in the kernel's notation: <c>x86_64</c>, <c>aarch64</c>.</summary>
    public string? Machine { get; init; }

    /// <summary>The distribution, for instance <c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The version of systemd; null if systemd does not run the host.</summary>
    public int? SystemdVersion { get; init; }

    /// <summary>The login user, before becoming root.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether scripts run as root on the host.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The machine id (<c>/etc/machine-id</c>), which distinguishes hosts; cloned machines may share one.</summary>
    public string? MachineId { get; init; }

    /// <summary>The number of processors.</summary>
    public int? ProcessorCount { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Its IP addresses, without those of the loopback interface and without link-local addresses.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>TCP ports on which a process listens.</summary>
    public IReadOnlySet<int> ListeningPorts { get; init; } = new SortedSet<int>();

    /// <summary>Its block devices, including partitions.</summary>
    public IReadOnlyList<HostDisk> Disks { get; init; } = [];

    /// <summary>The mounted file systems of devices, with their free space.</summary>
    public IReadOnlyList<HostFileSystem> FileSystems { get; init; } = [];

    /// <summary>How far its clock is ahead of this machine's, plus or minus <see cref="ClockUncertainty"/>.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>The possible error of <see cref="ClockSkew"/>: half of the time for question and answer, connecting included.</summary>
    public TimeSpan? ClockUncertainty { get; init; }

    /// <summary>All traces of etcd on the host, from any source.</summary>
    public IReadOnlyList<ExistingEtcd> Etcd { get; init; } = [];

    /// <summary>The file system of a path, even if the path does not exist yet.</summary>
    /// <param name="path">A full path on the host.</param>
    /// <returns>Null if unknown.</returns>
    public HostFileSystem? FileSystemOf(string path) => FileSystems
        .Where(system => system.MountPoint == "/" || path == system.MountPoint || path.StartsWith(system.MountPoint + "/", StringComparison.Ordinal))
        .MaxBy(system => system.MountPoint.Length);

    /// <inheritdoc/>
    public override string ToString() => HostName;
}

/// <summary>A block device of a host.</summary>
/// <param name="Path">For instance <c>/dev/sdb</c>.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Type">The type from <c>lsblk</c>: <c>disk</c>, <c>part</c>, <c>loop</c>, <c>lvm</c>.</param>
public sealed record HostDisk(string Path, long SizeBytes, string Type)
{
    /// <summary>The file system on it; null if it has none.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The id of that file system.</summary>
    public string? Uuid { get; init; }

    /// <summary>Its mount point; null if it is not mounted.</summary>
    public string? MountPoint { get; init; }

    /// <summary>The type of its partition table; null if it has none.</summary>
    public string? PartitionTable { get; init; }

    /// <summary>Whether it is empty: no file system, no partition table, not mounted.</summary>
    public bool IsEmpty => FileSystem is null && MountPoint is null && PartitionTable is null;

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>A mounted file system of a host.</summary>
/// <param name="MountPoint">The mount point.</param>
/// <param name="Source">The device or other source.</param>
/// <param name="Type"><c>ext4</c>, <c>xfs</c>, <c>overlay</c>.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="FreeBytes">The space that an ordinary user may still use.</param>
public sealed record HostFileSystem(string MountPoint, string Source, string Type, long SizeBytes, long FreeBytes)
{
    /// <summary>The number of files it can still store (free inodes); null if it does not limit them.</summary>
    public long? FreeFiles { get; init; }

    /// <summary>Whether it is mounted read-only.</summary>
    public bool IsReadOnly { get; init; }

    /// <inheritdoc/>
    public override string ToString() => MountPoint;
}

/// <summary>A trace of etcd on a host.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">The process id, the unit's name, or the path.</param>
public sealed record ExistingEtcd(ExistingEtcdKind Kind, string Name)
{
    /// <summary>A detail: the command of a process, or whether a unit is enabled; null if there is none.</summary>
    public string? Detail { get; init; }

    /// <summary>The cluster that EtcdAdmin installed it for; null if EtcdAdmin did not install it.</summary>
    public string? Cluster { get; init; }

    /// <summary>The member of that cluster.</summary>
    public string? Member { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>The kind of a trace of etcd.</summary>
public enum ExistingEtcdKind
{
    /// <summary>A running process.</summary>
    Process,

    /// <summary>A unit of systemd.</summary>
    Unit,

    /// <summary>A folder with content in a usual place for data.</summary>
    Data,

    /// <summary>A file or folder in a usual place for configuration.</summary>
    Configuration,

    /// <summary>A program on PATH.</summary>
    Program,

    /// <summary>A release that is installed beside other releases.</summary>
    Release,
}
