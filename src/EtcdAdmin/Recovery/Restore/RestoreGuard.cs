using System.Globalization;
using EtcdAdmin.Client.Records;
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
    /// <returns>What the operator should know before agreeing.</returns>
    public static IReadOnlyList<string> Check(SnapshotInfo info, SnapshotFormat form, EtcdVersion installed, RestoreRequest request)
    {
        if (SnapshotFault.Find(info, form, request.SkipHashCheck) is { } damage) throw damage;
        string[] copied = SnapshotFault.IsOldArchive(info, form)
            ? [$"The database in '{info.Path}' has no trailing SHA-256, as in every archive of the older tools: it was copied from a member's folder. Its structure is whole, and so is the archive."]
            : [];
        string[] lost = SnapshotVerifier.Loss(info) is { } loss
            ? [$"In '{info.Path}' {loss}. All that is in use was read and is whole; if there is a snapshot without such damage, restore that."]
            : [];
        // Whatever is allowed: etcd would not start.
        if (DataVersion.RefusalOfRestored(info, installed) is { } tooNew) throw tooNew;
        string[] leftover = DataVersion.Leftover(info, installed) is { } left ? [left] : [];
        return [.. copied, .. lost, .. CheckVersion(info, installed, request), .. leftover];
    }

    /// <summary>Whether it is another cluster's, as far as is noted: to move or copy one is a reason to restore it, a slip is none.</summary>
    public static string? CheckOrigin(EtcdSnapshot snapshot, EtcdCluster cluster)
    {
        var origin = new SnapshotOrigin(snapshot.ClusterName, snapshot.ClusterId?.ToString());
        return origin.IsKnown && !origin.IsOf(cluster)
            ? $"'{snapshot.Path}' is a snapshot of cluster {origin}, and it is restored into cluster {cluster.Name}."
            : null;
    }

    /// <summary>What the space in the database and its alarms mean for the cluster.</summary>
    public static IEnumerable<string> CheckRoom(SnapshotInfo info, ClusterSpec spec)
    {
        long quota = spec.Tuning.EffectiveQuotaBytes;
        if (info.DatabaseSize >= quota)
            yield return string.Create(CultureInfo.InvariantCulture, $"The database in '{info.Path}' has {info.DatabaseSize >> 20} MB and the cluster's quota is {quota >> 20} MB: it will take no writes until that is raised (Set-EtcdConfiguration).");
        foreach (AlarmType alarm in info.Alarms.Select(alarm => alarm.Type).Distinct())
            yield return $"'{info.Path}' was taken with the alarm {AlarmAdvice.Name(alarm)}, and the restored cluster has it too. {AlarmAdvice.Next(alarm)}";
    }

    private static IReadOnlyList<string> CheckVersion(SnapshotInfo info, EtcdVersion installed, RestoreRequest request)
    {
        if ((request.Version ?? VersionOf(info)) is not { } origin)
            return [$"'{info.Path}' does not tell which version of etcd wrote it; this cluster runs {installed}."];
        if ((origin.Major, origin.Minor) == (installed.Major, installed.Minor)) return [];
        string difference = string.Create(CultureInfo.InvariantCulture,
            $"'{info.Path}' comes from etcd {origin.Major}.{origin.Minor}, the cluster runs {installed}");
        if (request.AllowVersionMismatch) return [$"{difference}. It is restored all the same, as asked."];
        throw new EtcdException(EtcdErrorIds.SnapshotVersionMismatch, $"{difference}.")
        {
            Target = info.Path,
            NextStep = "Restore into a cluster of the same minor version, or say that another one is meant (-AllowVersionMismatch).",
        };
    }

    private static EtcdVersion? VersionOf(SnapshotInfo info) => (info as EtcdSnapshot)?.Version ?? (
        EtcdVersion.TryParse(info.ClusterVersion, out EtcdVersion version) ? version : null);
}
