using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>What the file of a profile holds. Certificates and keys lie beside it, passwords nowhere.</summary>
internal sealed record ClusterProfile
{
    /// <summary>Raised when a field changes its meaning; a newer file than this program knows is refused, not guessed at.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Name { get; init; }

    public required IReadOnlyList<Uri> Endpoints { get; init; }

    public bool Tls { get; init; }

    public ClusterSpec? Spec { get; init; }
}
