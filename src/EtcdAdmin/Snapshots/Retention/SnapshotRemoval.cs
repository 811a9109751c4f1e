using EtcdAdmin.Errors;

namespace EtcdAdmin.Snapshots.Retention;

/// <summary>The decisions about removing snapshots.</summary>
/// <param name="Files">The decisions, series by series, newest first.</param>
/// <param name="Refused">The series from which nothing is removed, with the reason. Their files are not in <paramref name="Files"/>.</param>
public sealed record SnapshotRemoval(IReadOnlyList<EtcdSnapshotRetention> Files, IReadOnlyList<EtcdException> Refused);
