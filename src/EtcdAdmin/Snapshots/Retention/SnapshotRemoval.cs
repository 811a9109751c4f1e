using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>What removing snapshots would do.</summary>
/// <param name="Files">All that was looked at, series by series, newest first.</param>
/// <param name="Refused">Why nothing is removed of some series; their files are not among <paramref name="Files"/>.</param>
public sealed record SnapshotRemoval(IReadOnlyList<EtcdSnapshotRetention> Files, IReadOnlyList<EtcdException> Refused);
