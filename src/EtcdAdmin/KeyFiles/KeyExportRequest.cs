namespace EtcdAdmin.KeyFiles;

/// <summary>The key file to write.</summary>
public sealed record KeyExportRequest
{
    /// <summary>Path of the file; its folder must exist.</summary>
    public required string Path { get; init; }

    /// <summary>The format. Null uses the file name: <c>.csv</c> is CSV, every other name is JSON Lines.</summary>
    public KeyFileFormat? Format { get; init; }

    /// <summary>Replaces an existing file.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The cluster or file that the keys come from, for the first record; null if it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>The revision at which all keys were read; null if it is not known.</summary>
    public long? Revision { get; init; }
}

/// <summary>A key file that was written.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Keys">Number of keys in the file.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Source">The source of the keys; null if it is not known.</param>
/// <param name="Revision">The revision at which all keys were read; null if it is not known.</param>
/// <param name="Sha256">SHA-256 of all records except the last, which contains it; lower-case hexadecimal.</param>
public sealed record KeyExport(string Path, long Keys, long Size, string? Source, long? Revision, string Sha256)
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}
