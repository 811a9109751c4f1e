using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Decides before the first change whether a snapshot may be restored into a cluster.</summary>
internal static class RestoreGuard
{
    /// <exception cref="EtcdException">SnapshotInvalid, SnapshotVersionMismatch, DataTooNew.</exception>
    /// <returns>What the operator should know before confirming.</returns>
    public static IReadOnlyList<string> Check(SnapshotInfo info, SnapshotFormat form, EtcdVersion installed, RestoreRequest request)
    {
        if (SnapshotFault.Find(info, form, request.SkipHashCheck) is { } damage) throw damage;
        string[] copied = SnapshotFault.IsOldArchive(info, form)
            ? [$"The database in '{info.Path}' has no SHA-256 at its end, as in every archive of older tools: it was copied from a member's folder. "
                + "Its structure and the archive are complete, but without the SHA-256 a changed value in it is not noticed."]
            : [];
        string[] lost = SnapshotVerifier.Loss(info) is { } loss
            ? [$"In '{info.Path}' {loss}. All data in use was read and is complete. If there is an undamaged snapshot, restore that one."]
            : [];
        // Also with all switches: etcd would not start.
        if (DataVersion.RefusalOfRestored(info, installed) is { } tooNew) throw tooNew;
        string[] leftover = DataVersion.Leftover(info, installed) is { } left ? [left] : [];
        return [.. copied, .. lost, .. CheckVersion(info, installed, request), .. leftover];
    }

    /// <summary>Warns if the snapshot's manifest names another cluster: this may be a planned move or copy, or a mistake.</summary>
    public static string? CheckOrigin(EtcdSnapshot snapshot, EtcdCluster cluster)
    {
        var origin = new SnapshotOrigin(snapshot.ClusterName, snapshot.ClusterId?.ToString());
        return origin.IsKnown && !origin.IsOf(cluster)
            ? $"'{snapshot.Path}' is a snapshot of cluster {origin}; its keys replace all keys of cluster {cluster.Name}. Continue only if that is "
                + "what you want."
            : null;
    }

    /// <summary>Warns of a full database.</summary>
    public static IEnumerable<string> CheckRoom(SnapshotInfo info, ClusterSpec spec)
    {
        long quota = spec.Tuning.EffectiveQuotaBytes;
        if (info.DatabaseSize >= quota)
            yield return string.Create(CultureInfo.InvariantCulture, $"The database in '{info.Path}' has {info.DatabaseSize >> 20} MB and the "
                + $"cluster's quota is {quota >> 20} MB: the cluster will not accept writes until you raise the quota (Set-EtcdConfiguration).");
    }

    private static IReadOnlyList<string> CheckVersion(SnapshotInfo info, EtcdVersion installed, RestoreRequest request)
    {
        if ((request.Version ?? VersionOf(info)) is not { } origin)
            return [$"The etcd version of '{info.Path}' is not known; this cluster runs {installed}."];
        if ((origin.Major, origin.Minor) == (installed.Major, installed.Minor)) return [];
        string difference = string.Create(CultureInfo.InvariantCulture,
            $"'{info.Path}' comes from etcd {origin.Major}.{origin.Minor}, the cluster runs {installed}");
        if (request.AllowVersionMismatch) return [$"{difference}. It is restored because of -AllowVersionMismatch."];
        throw new EtcdException(EtcdErrorIds.SnapshotVersionMismatch, $"{difference}.")
        {
            Target = info.Path,
            NextStep =
                "Restore into a cluster of the same minor version. -AllowVersionMismatch accepts the difference, but an older etcd may not start "
                    + "with the data of a newer one.",
        };
    }

    private static EtcdVersion? VersionOf(SnapshotInfo info) => (info as EtcdSnapshot)?.Version ?? (
        EtcdVersion.TryParse(info.ClusterVersion, out EtcdVersion version) ? version : null);
}
