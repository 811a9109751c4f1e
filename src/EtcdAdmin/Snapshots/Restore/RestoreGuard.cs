using System.Globalization;

namespace EtcdAdmin.Snapshots;

/// <summary>Decides before the first change whether a snapshot may be restored into a cluster.</summary>
internal static class RestoreGuard
{
    /// <exception cref="EtcdException">SnapshotInvalid, SnapshotVersionMismatch.</exception>
    /// <returns>What the operator should know before agreeing.</returns>
    public static IReadOnlyList<string> Check(SnapshotInfo info, EtcdVersion installed, RestoreRequest request)
    {
        CheckWhole(info, request);
        if ((request.Version ?? VersionOf(info)) is not { } origin)
            return [$"'{info.Path}' does not tell which version of etcd wrote it; this cluster runs {installed}."];
        if ((origin.Major, origin.Minor) == (installed.Major, installed.Minor)) return [];
        string difference = string.Create(CultureInfo.InvariantCulture,
            $"'{info.Path}' comes from etcd {origin.Major}.{origin.Minor}, the cluster runs {installed}");
        if (request.AllowVersionMismatch) return [$"{difference}. It is restored all the same, as asked."];
        throw new EtcdException(EtcdErrorIds.SnapshotVersionMismatch, EtcdErrorKind.InvalidOperation, $"{difference}.")
        {
            Target = info.Path,
            NextStep = "Restore into a cluster of the same minor version, or say that another one is meant (-AllowVersionMismatch).",
        };
    }

    private static void CheckWhole(SnapshotInfo info, RestoreRequest request)
    {
        if (info.HasTrailer && !info.TrailerValid)
        {
            throw new EtcdException(EtcdErrorIds.SnapshotInvalid, EtcdErrorKind.InvalidData,
                $"'{info.Path}' is damaged: its trailing SHA-256 does not match its content.")
            {
                Target = info.Path,
                NextStep = "Use another snapshot.",
            };
        }

        if (info.HasTrailer || request.SkipHashCheck) return;
        throw new EtcdException(EtcdErrorIds.SnapshotInvalid, EtcdErrorKind.InvalidData,
            $"'{info.Path}' has no trailing SHA-256: it is a copy of a database file, or was cut off.")
        {
            Target = info.Path,
            NextStep = "If it is such a copy of a stopped member and meant to be used, say so (-SkipHashCheck).",
        };
    }

    private static EtcdVersion? VersionOf(SnapshotInfo info) =>
        EtcdVersion.TryParse(info.ClusterVersion, out EtcdVersion version) ? version : null;
}
