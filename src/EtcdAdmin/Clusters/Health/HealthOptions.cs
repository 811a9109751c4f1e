namespace EtcdAdmin.Clusters.Health;

/// <summary>How a health check is made.</summary>
public sealed record HealthOptions
{
    /// <summary>How many days before its end a certificate makes a member unhealthy, where nothing else is said.</summary>
    public const int DefaultWarnDays = 30;

    /// <summary>
    /// How long each member has to answer, and its host to say whether its process runs. All are asked at once, and the comparison of hashes and the
    /// test write have the same time, so the whole check takes no longer. Default 5 s.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Also compares the hash of all data at one revision. Costs each member a walk through its whole database, so a large one needs a longer
    /// <see cref="Timeout"/>; a member whose hash does not come in time is not healthy. Default no.</summary>
    public bool CheckHash { get; init; }

    /// <summary>
    /// Also writes through each voting member: grants a lease of one minute, puts one key under <see cref="WriteProbe.KeyPrefix"/> with it,
    /// and revokes the lease, which deletes the key. Default no.
    /// </summary>
    public bool CheckWrite { get; init; }

    /// <summary>
    /// Waits for the free disk space of all members on hosts that are managed from here. Default no: then the disk of a member that is well is
    /// looked at only where its host answers within 2 s.
    /// </summary>
    public bool CheckDisk { get; init; }

    /// <summary>A member whose certificate is valid for fewer days than this is not healthy; 0 is one that has expired. Default 30.</summary>
    public int WarnDays { get; init; } = DefaultWarnDays;

    /// <summary>Looks on its host whether a silent member's process runs. Default yes.</summary>
    internal bool LookAtProcesses { get; init; } = true;

    /// <summary>
    /// Lists members that the profile has and the cluster does not, and looks at the disks of those that are well. Default yes; no where the verdicts
    /// are counted, or one of them is chosen.
    /// </summary>
    internal bool ComparesProfile { get; init; } = true;

    /// <summary>Notes the highest revision that was seen, for a restore when nobody can be asked any more. Default yes; not worth it in a loop.</summary>
    internal bool NotesRevision { get; init; } = true;
}
