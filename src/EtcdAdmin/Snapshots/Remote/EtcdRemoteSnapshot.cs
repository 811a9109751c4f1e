namespace EtcdAdmin.Snapshots.Remote;

/// <summary>A snapshot that was copied to or from a store.</summary>
/// <param name="Source">The source: a path or a URL.</param>
/// <param name="Destination">The destination. For a URL without its query, which may be a secret.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hexadecimal.</param>
public sealed record EtcdRemoteSnapshot(string Source, string Destination, long Size, string Sha256)
{
    /// <summary>Whether the copy in the store was compared afterwards and is the same. With a pre-signed URL no comparison is possible.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether the manifest was copied too.</summary>
    public bool HasManifest { get; init; }

    /// <summary>Duration of the copy.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The copy on this machine, for the next command; null for a copy to a store.</summary>
    public string? Path { get; init; }
}
