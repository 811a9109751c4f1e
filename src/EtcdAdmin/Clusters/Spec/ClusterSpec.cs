namespace EtcdAdmin.Clusters;

/// <summary>What a managed cluster is meant to be: the wish that installing brings about and re-running compares with.</summary>
public sealed record ClusterSpec
{
    /// <summary>The version installed on the hosts, for instance <c>3.5.16</c>; null until the package is known.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>etcd's <c>initial-cluster-token</c>: keeps members of different clusters from joining each other.</summary>
    public required string Token { get; init; }

    /// <summary>All members, voters first.</summary>
    public required IReadOnlyList<MemberSpec> Members { get; init; }

    /// <summary>Whether clients and peers speak TLS, both sides showing certificates.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>The settings that differ from etcd's own defaults.</summary>
    public EtcdTuning Tuning { get; init; } = new();

    /// <summary>False until an installation has been proved; then missing data means a lost member, not a new one.</summary>
    public bool Installed { get; init; }

    /// <summary>The members as they were before a change of their addresses that has been begun and not completed; null where there is none.</summary>
    public IReadOnlyList<MemberSpec>? Former { get; init; }

    /// <summary>A repair after the loss of the quorum that has been begun and not completed; null where there is none.</summary>
    public ClusterRecovery? Recovery { get; init; }

    /// <summary>A restore that has been begun and not completed; null where there is none.</summary>
    public ClusterRestore? Restore { get; init; }
}
