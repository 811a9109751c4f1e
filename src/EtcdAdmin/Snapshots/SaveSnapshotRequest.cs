namespace EtcdAdmin.Snapshots;

/// <summary>What snapshot to take and where to put it.</summary>
public sealed record SaveSnapshotRequest
{
    /// <summary>A folder, made if it is not there; or the name of the file, ending in <c>.db</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>The member to take it from; null takes the freshest healthy one, a follower rather than the leader.</summary>
    public string? Member { get; init; }

    /// <summary>How long no byte may arrive before the stream is given up. Default 30 s; the whole may take as long as it takes.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
