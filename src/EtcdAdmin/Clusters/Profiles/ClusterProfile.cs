using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The content of a profile file. Certificates and keys are in files beside it; passwords are not saved.</summary>
internal sealed record ClusterProfile
{
    /// <summary>Increased when a field changes its meaning; a file with a newer format is refused.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Name { get; init; }

    public required IReadOnlyList<Uri> Endpoints { get; init; }

    public bool Tls { get; init; }

    public ClusterSpec? Spec { get; init; }
}
