namespace EtcdAdmin.Snapshots;

/// <summary>A snapshot that was saved, with all that a restore needs to know.</summary>
public sealed record EtcdSnapshot
{
    /// <summary>The full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the whole file, lower-case hexadecimal, as <c>sha256sum</c> prints it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The size of the file in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The revision of the newest write in it.</summary>
    public required long Revision { get; init; }

    /// <summary>How many keys exist at that revision.</summary>
    public required long TotalKeys { get; init; }

    /// <summary>The version of the member it came from; null where the file does not tell.</summary>
    public required EtcdVersion? Version { get; init; }

    /// <summary>The name of the cluster it came from; null for a file from elsewhere.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The member it came from; null for a file from elsewhere.</summary>
    public string? Member { get; init; }

    /// <summary>When it was taken; for a file from elsewhere when that was last written.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
