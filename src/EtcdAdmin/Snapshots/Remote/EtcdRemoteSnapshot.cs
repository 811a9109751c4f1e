namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A snapshot that was copied to or from a store.</summary>
/// <param name="Source">Where it came from: a path or a URL.</param>
/// <param name="Destination">Where it is now; of a URL without its query, which may be a secret.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hexadecimal.</param>
public sealed record EtcdRemoteSnapshot(string Source, string Destination, long Size, string Sha256)
{
    /// <summary>Whether the store was asked afterwards and has just that. A pre-signed URL lets nobody ask.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether what is noted beside it went along.</summary>
    public bool HasManifest { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The copy on this machine, for the next command; null where it went to a store.</summary>
    public string? Path { get; init; }
}
