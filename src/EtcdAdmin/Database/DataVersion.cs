using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Database;

/// <summary>Decides which etcd version can open which data. etcd checks this only when it starts; by then the old data is already deleted.</summary>
/// <remarks>
/// Sources: etcd <c>server/storage/schema/schema.go</c> (Validate, UnsafeDetectSchemaVersion, 3.6): from 3.6 on, a server refuses a storage
/// version newer than its own minor version. Data without a storage version counts as 3.5 if it has a term.
/// <c>api/membership/downgrade.go</c> (3.5) and <c>etcdserver/version/downgrade.go</c> (3.6): a server refuses data whose cluster version is
/// newer than its own. Up to 3.5 the server reads the cluster version from the v2 store, which a restore creates anew. From 3.6 on it reads the
/// cluster version from the database, where a restore keeps it.
/// </remarks>
internal static class DataVersion
{
    private const string StorageVersion = "storage version";
    private const string ClusterVersion = "cluster version";

    private static readonly EtcdVersion FirstWithStorageVersion = new(3, 6, 0);
    private static readonly EtcdVersion FirstWithTerm = new(3, 5, 0);

    /// <summary>The storage version as etcd detects it; null for data of etcd 3.4 or older, which has no storage version.</summary>
    /// <param name="info">The database.</param>
    public static EtcdVersion? StorageOf(SnapshotInfo info) =>
        EtcdVersion.TryParse(info.StorageVersion, out EtcdVersion recorded) ? recorded : info.Term > 0 ? FirstWithTerm : null;

    /// <summary>Why this etcd version would not start on a restored database; null if it would.</summary>
    /// <param name="info">The database.</param>
    /// <param name="installed">The etcd version that opens the database.</param>
    public static EtcdException? RefusalOfRestored(SnapshotInfo info, EtcdVersion installed)
    {
        if (FindTooNew(info, installed) is not { } found) return null;
        return Refusal(
            $"'{info.Path}'", info.Path, found, installed,
            $"Use etcd {Line(found.Version)}, or lower the version of the data first. {HowToLower(found.Version, installed)}");
    }

    /// <summary>Why this etcd version would not start on a member's data; null if it would.</summary>
    /// <param name="info">The database.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="installed">The etcd version that opens the data.</param>
    /// <param name="isRestored">True if the database is restored; false if the member continues with its own data.</param>
    public static EtcdException? RefusalOfMember(SnapshotInfo info, string member, EtcdVersion installed, bool isRestored)
    {
        string what = $"The data of member {member}";
        if (FindTooNew(info, installed) is { } found)
            return Refusal(what, member, found, installed,
                $"Use etcd {Line(found.Version)}: install it again for this cluster, or choose a member whose data was written by an older etcd "
                    + "version (-From).");
        // A restored cluster determines its version anew, whatever the database records (tried: a snapshot of 3.5 with etcd 3.4, of 3.6 with 3.5).
        // A downgrade is in progress as long as the database records it.
        bool isTarget = EtcdVersion.TryParse(info.DowngradeTarget, out EtcdVersion target) && Minor(target) == Minor(installed);
        if (isRestored || isTarget || ClusterOf(info) is not { } agreed || Minor(agreed) <= Minor(installed)) return null;
        return Refusal(what, member, (ClusterVersion, agreed), installed,
            $"If its cluster was upgraded without EtcdAdmin, use etcd {Line(agreed)}. Otherwise restore the database (-Method Restore): "
                + "a restored cluster determines its version anew.");
    }

    /// <summary>Warns of a storage version that this etcd ignores but a later etcd refuses; null if there is none.</summary>
    /// <param name="info">The database.</param>
    /// <param name="installed">The etcd version that opens the database.</param>
    public static string? Leftover(SnapshotInfo info, EtcdVersion installed)
    {
        // The storage version of 3.6 itself is harmless: 3.6 would write the same.
        if (Minor(installed) >= FirstWithStorageVersion || StorageOf(info) is not { } storage || Minor(storage) <= FirstWithStorageVersion)
            return null;
        string next = Line(FirstWithStorageVersion);
        return $"'{info.Path}' has the storage version {storage}. etcd {Line(installed)} ignores this version and leaves it in the data, so a later "
            + $"upgrade to etcd {next} will fail: "
            + $"etcd {next} refuses a storage version newer than its own. {HowToLower(storage, FirstWithStorageVersion)} "
            + $"Or, right before that upgrade, stop each member in turn and run etcd {next}'s 'etcdutl migrate --data-dir FOLDER --target-version "
            + $"{next} --force' on its data.";
    }

    /// <summary>Finds the version that keeps this etcd from starting on data, restored or not; null if there is none.</summary>
    private static (string What, EtcdVersion Version)? FindTooNew(SnapshotInfo info, EtcdVersion installed)
    {
        if (Minor(installed) < FirstWithStorageVersion) return null;
        if (StorageOf(info) is { } storage && Minor(storage) > Minor(installed)) return (StorageVersion, storage);
        return ClusterOf(info) is { } agreed && Minor(agreed) > Minor(installed) ? (ClusterVersion, agreed) : null;
    }

    private static EtcdVersion? ClusterOf(SnapshotInfo info) => EtcdVersion.TryParse(info.ClusterVersion, out EtcdVersion agreed) ? agreed : null;

    private static EtcdException Refusal(
        string what, string target, (string What, EtcdVersion Version) found, EtcdVersion installed, string nextStep) => new(
        EtcdErrorIds.DataTooNew,
        $"{what} has the {found.What} {found.Version}, and etcd {installed} refuses to start on data with a newer version than {Line(installed)}.")
        {
            Target = target,
            NextStep = nextStep,
        };

    // Tested with the released programs: migrate lowers the storage version but not the cluster version.
    private static string HowToLower(EtcdVersion found, EtcdVersion wanted) =>
        $"Restore the snapshot into a test cluster of etcd {Line(found)} (or use the source cluster, if it may be in downgrade mode for a while). "
            + $"There, run 'etcdctl downgrade enable {Line(wanted)}', "
        + $"wait until 'etcdctl endpoint status -w table' shows the storage version {Line(wanted)}.0, and save a new snapshot. If the source "
        + $"cluster must stay on etcd {Line(found)}, then run 'etcdctl downgrade cancel' on it. ('etcdutl migrate' alone is not enough for a "
        + "snapshot: it does not lower the cluster version.)";

    // The patch release is irrelevant for the data format.
    private static EtcdVersion Minor(EtcdVersion version) => new(version.Major, version.Minor, 0);

    private static string Line(EtcdVersion version) => string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}");
}
