namespace EtcdAdmin.Snapshots;

/// <summary>The result of a test restore: the record for the audit file.</summary>
public sealed record SnapshotDrillResult
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal; null if the file is too damaged to be read completely.</summary>
    public required string? Sha256 { get; init; }

    /// <summary>SHA-256 of the plain snapshot that was restored; null as above.</summary>
    public required string? DatabaseSha256 { get; init; }

    /// <summary>Bytes of the file; null as above.</summary>
    public required long? Size { get; init; }

    /// <summary>The name of the cluster that the snapshot comes from; null if it was not recorded.</summary>
    public required string? ClusterName { get; init; }

    /// <summary>The etcd version that the snapshot comes from, as exactly as it is known; null if unknown.</summary>
    public required string? SnapshotVersion { get; init; }

    /// <summary>The etcd version used for the test restore; null if the drill ended earlier.</summary>
    public EtcdVersion? EtcdVersion { get; init; }

    /// <summary>The source of that etcd; null as above.</summary>
    public string? EtcdLocation { get; init; }

    /// <summary>The revision of the comparison; null if the file is too damaged to be read completely.</summary>
    public required long? Revision { get; init; }

    /// <summary>Number of keys at that revision; null as above.</summary>
    public required long? TotalKeys { get; init; }

    /// <summary>The member's hash of its keys and values up to that revision; null if the drill ended earlier.</summary>
    public uint? HashKv { get; init; }

    /// <summary>One check for each part, in the order of execution.</summary>
    public required IReadOnlyList<DrillCheck> Checks { get; init; }

    /// <summary>Start time.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Total duration, including etcd's package and cleanup.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The program and its version, the user, and the machine.</summary>
    public required string DrilledBy { get; init; }

    /// <summary>Whether the snapshot was restored and no difference was found.</summary>
    public bool Passed => Checks.All(check => check.Passed != false) && Checks.Any(check => check is { Part: DrillPart.Keys, Passed: true });

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Checks.Select(check => check.ToString()));
}

/// <summary>The verdict on one part of a drill.</summary>
/// <param name="Part">What was done or compared.</param>
/// <param name="Passed">Null if there is nothing to compare, or if an earlier part failed.</param>
/// <param name="Detail">The finding; never a key or a value.</param>
/// <param name="Duration">Duration of this part.</param>
public sealed record DrillCheck(DrillPart Part, bool? Passed, string Detail, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Part}: {Passed switch { true => "passed", false => "FAILED", _ => "-" }}, {Detail}";
}

/// <summary>The parts of a drill, in this order.</summary>
public enum DrillPart
{
    /// <summary>Checks the file itself without etcd, as <see cref="SnapshotVerifier"/> does.</summary>
    File,

    /// <summary>Restores a data directory from the snapshot with etcd's own tool.</summary>
    Restore,

    /// <summary>Starts etcd on the restored data and waits until it serves.</summary>
    Start,

    /// <summary>Compares the member's revision with the snapshot's revision.</summary>
    Revision,

    /// <summary>Compares the number of keys at that revision.</summary>
    Count,

    /// <summary>Compares the hash of all keys and values up to that revision.</summary>
    Hash,

    /// <summary>Compares keys one by one: value, lease, revisions and version.</summary>
    Keys,

    /// <summary>Checks that clients without a valid user are refused, if authentication was on in the snapshot's cluster.</summary>
    Authentication,
}
