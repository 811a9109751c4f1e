using System.Globalization;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The record of a proved restore. With it, the same user can undo the restore later in any session.</summary>
internal sealed record RestoreRecord
{
    /// <summary>The newest format that is read.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The time when it began; part of the names of everything it kept.</summary>
    public required string Id { get; init; }

    /// <summary>The snapshot file; null for an undo, and if only the old profile is left.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The restore that this undo undid; null for a restore.</summary>
    public string? Undid { get; init; }

    /// <summary>The undo that used the kept data; null while it is still kept.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>Earlier attempts that were interrupted when the restored data already served, the latest first: they kept older data.</summary>
    public IReadOnlyList<string>? Earlier { get; init; }

    /// <summary>The revision right after it; null if not recorded.</summary>
    public long? Revision { get; init; }

    /// <summary>The cluster before it.</summary>
    public RestoreBefore Before { get; init; } = new();

    /// <summary>What was kept, as far as recorded.</summary>
    public IReadOnlyList<EtcdRestoreBackup> Backup { get; init; } = [];

    /// <summary>The ids under which old data may be kept, the oldest first.</summary>
    public IEnumerable<string> Stamps => (Earlier ?? []).Reverse().Append(Id);

    /// <summary>Whether a text is an id, which makes it safe as part of a file name.</summary>
    public static bool IsId(string? id) =>
        DateTime.TryParseExact(id, AdminContext.StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>The id for a start time.</summary>
    public static string IdOf(DateTimeOffset begun) => begun.UtcDateTime.ToString(AdminContext.StampFormat, CultureInfo.InvariantCulture);

    /// <summary>When it began.</summary>
    public static DateTimeOffset Begun(string id) =>
        DateTimeOffset.ParseExact(
            id, AdminContext.StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

/// <summary>What was known of the cluster before its data was replaced. Properties are null if no member answered.</summary>
internal sealed record RestoreBefore
{
    /// <summary>The highest revision of a member.</summary>
    public long? Revision { get; init; }

    /// <summary>The cluster id, hexadecimal.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Whether authentication was enabled; also null before etcd 3.5, which does not report it.</summary>
    public bool? Authentication { get; init; }
}
