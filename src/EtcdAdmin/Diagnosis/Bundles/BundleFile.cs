namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>A file for a support bundle, with its secrets removed.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Text">Its content.</param>
internal sealed record BundleFile(string Path, string Text)
{
    /// <summary>Whether its end counts, as in a log; otherwise its beginning.</summary>
    public bool IsLog { get; init; }

    /// <summary>Whether a part of it is missing.</summary>
    public bool Truncated { get; init; }

    /// <summary>How many secrets were removed from it.</summary>
    public int SecretsRemoved { get; init; }
}
