using System.Globalization;

namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>The facts of a device for data and of its mount point, as the host reports them.</summary>
internal sealed record VolumeFacts
{
    /// <summary>The device, with links resolved; null where there is none.</summary>
    public string? Device { get; private init; }

    /// <summary>Its size; 0 where it is not known.</summary>
    public long SizeBytes { get; private init; }

    /// <summary>The id of the file system on it.</summary>
    public string? Uuid { get; private init; }

    /// <summary>The contents of the device: file systems, partition tables, RAID or LVM signatures.</summary>
    public IReadOnlyList<string> Contents { get; private init; } = [];

    /// <summary>The mount points of the device and its child devices.</summary>
    public IReadOnlyList<string> Mounts { get; private init; } = [];

    /// <summary>Its partitions and other child devices.</summary>
    public IReadOnlyList<string> Children { get; private init; } = [];

    /// <summary>Whether the host can make the wanted kind of file system.</summary>
    public bool HasTool { get; private init; }

    /// <summary>Whether the folder of the mount point has files.</summary>
    public bool IsPlaceFull { get; private init; }

    /// <summary>The device that is mounted there; null for none.</summary>
    public string? MountedFrom { get; private init; }

    /// <summary>The cluster and member of the mount's unit; null where there is no unit, a slash for a unit that EtcdAdmin did not write.</summary>
    public string? UnitOwner { get; private init; }

    /// <summary>The id of the file system that the unit mounts.</summary>
    public string? UnitUuid { get; private init; }

    /// <summary>Whether the unit says that making the file system was begun but not completed.</summary>
    public bool IsUnfinished { get; private init; }

    /// <summary>Whether the file system on the device is the one in the unit.</summary>
    public bool IsOurs => Uuid is not null && Uuid == UnitUuid;

    /// <summary>Whether the file system exists and only has to be mounted.</summary>
    public bool IsMade => IsOurs && !IsUnfinished;

    /// <summary>Whether all is done.</summary>
    public bool IsReady => IsMade && MountedFrom is not null && MountedFrom == Device;

    /// <summary>Reads the fields of a <c>volume</c> line.</summary>
    public static VolumeFacts From(string[] fields) => new()
    {
        Device = Text(fields[2]),
        SizeBytes = long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : 0,
        Uuid = Text(fields[4]),
        Contents = Words(fields[5]),
        Mounts = Words(fields[6]),
        Children = Words(fields[7]),
        HasTool = fields[8] == "yes",
        IsPlaceFull = fields[9] == "full",
        MountedFrom = Text(fields[10]),
        UnitOwner = Text(fields[11]),
        UnitUuid = Text(fields[12]),
        IsUnfinished = fields[13] == "yes",
    };

    private static string? Text(string field) => field.Length == 0 ? null : field;

    private static string[] Words(string field) => field.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
