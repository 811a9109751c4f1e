namespace EtcdAdmin.KeyFiles;

/// <summary>What file of keys to write.</summary>
public sealed record KeyExportRequest
{
    /// <summary>The file; its folder exists.</summary>
    public required string Path { get; init; }

    /// <summary>How; null judges by the name: <c>.csv</c> is CSV, all else is JSON Lines.</summary>
    public KeyFileFormat? Format { get; init; }

    /// <summary>Replaces a file that is there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The cluster or file that the keys come from, for the first record; null where it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>The revision at which all were read; null where it is not known.</summary>
    public long? Revision { get; init; }
}

/// <summary>A file of keys that was written.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Keys">How many it holds.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Source">Where they come from; null where it is not known.</param>
/// <param name="Revision">At which all were read; null where it is not known.</param>
/// <param name="Sha256">Of all but the last record, which holds it; lower-case hexadecimal.</param>
public sealed record KeyExport(string Path, long Keys, long Size, string? Source, long? Revision, string Sha256)
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}
