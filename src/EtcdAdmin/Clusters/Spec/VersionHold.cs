namespace EtcdAdmin.Clusters.Spec;

/// <summary>The operator's decision that a cluster keeps its version: no command changes it, not even to another patch version.</summary>
/// <param name="Until">When the hold ends; null for a hold without an end.</param>
public sealed record VersionHold(DateTimeOffset? Until = null)
{
    /// <summary>Whether it is in force.</summary>
    /// <param name="now">The time.</param>
    public bool Holds(DateTimeOffset now) => Until is not { } end || now < end;

    /// <summary>The hold as a clause: <c>until 2027-03-01 00:00:00Z</c>, or <c>without an end</c>.</summary>
    public override string ToString() => Until is { } end ? FormattableString.Invariant($"until {end.ToUniversalTime():u}") : "without an end";
}
