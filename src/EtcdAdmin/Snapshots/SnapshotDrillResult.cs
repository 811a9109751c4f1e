namespace EtcdAdmin.Snapshots;

/// <summary>What came of restoring a snapshot by trial: the record for the audit file.</summary>
public sealed record SnapshotDrillResult
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal; null where it is too damaged to be read whole.</summary>
    public required string? Sha256 { get; init; }

    /// <summary>SHA-256 of the plain snapshot in it, which was restored; null as above.</summary>
    public required string? DatabaseSha256 { get; init; }

    /// <summary>Bytes of the file; null as above.</summary>
    public required long? Size { get; init; }

    /// <summary>The cluster it came from; null where nobody noted it.</summary>
    public required string? ClusterName { get; init; }

    /// <summary>The version of etcd that it came from, as exactly as it is known; null where nothing tells.</summary>
    public required string? SnapshotVersion { get; init; }

    /// <summary>The version of etcd that it was restored with; null where it did not come to that.</summary>
    public EtcdVersion? EtcdVersion { get; init; }

    /// <summary>Where that etcd came from; null as above.</summary>
    public string? EtcdLocation { get; init; }

    /// <summary>The revision it was compared at; null where it is too damaged to be read whole.</summary>
    public required long? Revision { get; init; }

    /// <summary>How many keys it holds at that revision; null as above.</summary>
    public required long? TotalKeys { get; init; }

    /// <summary>The hash that the member told of its keys and values up to that revision; null where it did not come to that.</summary>
    public uint? HashKv { get; init; }

    /// <summary>One for each part, in the order in which they were done.</summary>
    public required IReadOnlyList<DrillCheck> Checks { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took in all, etcd's package and the tidying up included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The program and its version, who ran it, and where.</summary>
    public required string DrilledBy { get; init; }

    /// <summary>It was restored, and nothing was found to be different.</summary>
    public bool Passed => Checks.All(check => check.Passed != false) && Checks.Any(check => check is { Part: DrillPart.Keys, Passed: true });

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Checks.Select(check => check.ToString()));
}

/// <summary>One part of a drill, and its verdict.</summary>
/// <param name="Part">What was done or compared.</param>
/// <param name="Passed">Null where there is nothing to compare, or where it could not be got to for what failed before.</param>
/// <param name="Detail">What was found; never a key or a value.</param>
/// <param name="Duration">How long it took.</param>
public sealed record DrillCheck(DrillPart Part, bool? Passed, string Detail, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Part}: {Passed switch { true => "passed", false => "FAILED", _ => "-" }}, {Detail}";
}

/// <summary>What a drill does and compares, in this order.</summary>
public enum DrillPart
{
    /// <summary>The file itself, without etcd: all that <see cref="SnapshotVerifier"/> checks.</summary>
    File,

    /// <summary>etcd's own tool makes a data directory of it.</summary>
    Restore,

    /// <summary>etcd starts on that and serves.</summary>
    Start,

    /// <summary>The member stands at the snapshot's revision.</summary>
    Revision,

    /// <summary>It has as many keys at that revision.</summary>
    Count,

    /// <summary>The hash of all keys and values up to that revision.</summary>
    Hash,

    /// <summary>Keys one by one: value, lease, revisions and version.</summary>
    Keys,

    /// <summary>Clients without a valid user are refused, where the snapshot comes from a cluster that asked who one is.</summary>
    Authentication,
}
