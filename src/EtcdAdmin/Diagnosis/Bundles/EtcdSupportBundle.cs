using EtcdAdmin.Clusters;
using EtcdAdmin.Diagnosis.Signatures;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>A support bundle that was written.</summary>
public sealed record EtcdSupportBundle
{
    /// <summary>The cluster.</summary>
    public required EtcdCluster Cluster { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Its size.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The hosts, and whether they could be read.</summary>
    public required IReadOnlyList<SupportBundleHost> Hosts { get; init; }

    /// <summary>Its files.</summary>
    public required IReadOnlyList<SupportBundleEntry> Files { get; init; }

    /// <summary>What could not be read, in sentences; empty if everything is there.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The known errors that its logs contain, the most frequent of each log first.</summary>
    public required IReadOnlyList<EtcdErrorDiagnosis> Errors { get; init; }

    /// <summary>How many secrets were removed.</summary>
    public int SecretsRemoved => Files.Sum(file => file.SecretsRemoved);

    /// <summary>Whether a file was cut off or left out because of the limits.</summary>
    public bool Truncated => Files.Any(file => file.Truncated);

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>A host of a support bundle.</summary>
/// <param name="HostName">The operator's name for it.</param>
/// <param name="Members">The members on it.</param>
/// <param name="Collected">Whether it could be read.</param>
/// <param name="Reason">Why not; null if it could.</param>
public sealed record SupportBundleHost(string HostName, IReadOnlyList<string> Members, bool Collected, string? Reason)
{
    /// <inheritdoc/>
    public override string ToString() => HostName;
}

/// <summary>A file of a support bundle.</summary>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Truncated">Whether a part of it is missing, because of the limits. A log keeps its end, other files their beginning.</param>
/// <param name="SecretsRemoved">How many secrets were removed from it.</param>
public sealed record SupportBundleEntry(string Path, long SizeBytes, bool Truncated, int SecretsRemoved)
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}
