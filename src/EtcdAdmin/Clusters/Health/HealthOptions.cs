namespace EtcdAdmin.Clusters;

/// <summary>How a health check is made.</summary>
public sealed record HealthOptions
{
    /// <summary>How long each member has to answer; all are asked at once. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Also compares the hash of all data at one revision. Costs each member a walk through its whole database. Default no.</summary>
    public bool CheckHash { get; init; }

    /// <summary>Looks on its host whether a silent member's process runs. Default yes.</summary>
    internal bool LookAtProcesses { get; init; } = true;

    /// <summary>Notes the highest revision that was seen, for a restore when nobody can be asked any more. Default yes; not worth it in a loop.</summary>
    internal bool NotesRevision { get; init; } = true;
}
