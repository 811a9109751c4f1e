using System.Globalization;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What is noted of a restore that was proved, so that it can be undone later, in any session of this user.</summary>
internal sealed record RestoreRecord
{
    /// <summary>A later one is not read.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>The time at which it was begun; part of the names of everything that it put aside.</summary>
    public required string Id { get; init; }

    /// <summary>The snapshot file; null for an undo, and where only the profile from before is left.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The restore that it undid; null for a restore.</summary>
    public string? Undid { get; init; }

    /// <summary>The undo that took the data from before back; null as long as that is still aside.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>Attempts before it that were broken off when the restored data served already, the latest first: what they put aside is older.</summary>
    public IReadOnlyList<string>? Earlier { get; init; }

    /// <summary>The revision right after it; null where that was not noted.</summary>
    public long? Revision { get; init; }

    /// <summary>How the cluster was before.</summary>
    public RestoreBefore Before { get; init; } = new();

    /// <summary>What was put aside, as far as it was noted.</summary>
    public IReadOnlyList<EtcdRestoreBackup> Backup { get; init; } = [];

    /// <summary>The ids under which data from before may lie aside, the oldest first.</summary>
    public IEnumerable<string> Stamps => (Earlier ?? []).Reverse().Append(Id);

    /// <summary>Whether a text is an id, and so may be part of a file's name.</summary>
    public static bool IsId(string? id) => DateTime.TryParseExact(id, AdminContext.StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>The id of what begins at a time.</summary>
    public static string IdOf(DateTimeOffset begun) => begun.UtcDateTime.ToString(AdminContext.StampFormat, CultureInfo.InvariantCulture);

    /// <summary>When it was begun.</summary>
    public static DateTimeOffset Begun(string id) =>
        DateTimeOffset.ParseExact(id, AdminContext.StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

/// <summary>What was known of the cluster before its data was replaced. Null where no member answered.</summary>
internal sealed record RestoreBefore
{
    /// <summary>The highest revision that a member had.</summary>
    public long? Revision { get; init; }

    /// <summary>Its id, hexadecimal.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Whether authentication was enabled; null also before etcd 3.5, which does not report it.</summary>
    public bool? Authentication { get; init; }
}
