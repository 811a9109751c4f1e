namespace EtcdAdmin.Checks.Results;

/// <summary>The result of one check, for one member or the whole cluster.</summary>
public sealed record EtcdCheck
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The member's name; null for the cluster.</summary>
    public string? Member { get; init; }

    /// <summary>The name of the check, for instance <c>Quorum</c> or <c>CIS-2.1</c>.</summary>
    public required string Check { get; init; }

    /// <summary>How serious the result is.</summary>
    public required CheckSeverity Severity { get; init; }

    /// <summary>What was found, as a sentence.</summary>
    public required string Finding { get; init; }

    /// <summary>The measured facts behind the finding; null if the finding states them.</summary>
    public string? Evidence { get; init; }

    /// <summary>What to do; null if there is nothing to do.</summary>
    public string? Remedy { get; init; }

    /// <summary>The number behind the finding, for graphs; null if there is none.</summary>
    public CheckMeasure? Measure { get; init; }

    /// <summary>Whether somebody should act, or at least look: the check found a problem or could not be made.</summary>
    public bool NeedsAttention => Severity >= CheckSeverity.Unknown;

    /// <inheritdoc/>
    public override string ToString() => $"{Check}{(Member is null ? "" : $" of {Member}")}: {Severity}: {Finding}";
}
