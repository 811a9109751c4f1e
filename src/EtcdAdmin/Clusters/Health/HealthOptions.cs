namespace EtcdAdmin.Clusters.Health;

/// <summary>Options of a health check.</summary>
public sealed record HealthOptions
{
    /// <summary>The default number of days before its expiry at which a certificate makes a member unhealthy.</summary>
    public const int DefaultWarnDays = 30;

    /// <summary>The timeout for each member, and for its host. All are asked at once, and the comparison of hashes and the test write share this
    /// time, so it limits the whole check. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Also compares the hash of all data at one revision. Each member reads its whole database for that, so a large database needs a longer
    /// <see cref="Timeout"/>; a member without a hash in time is not healthy. Default false.</summary>
    public bool CheckHash { get; init; }

    /// <summary>
    /// With <see cref="CheckHash"/>: compares the hashes that the members made at their last compaction, where all of them still have it. This costs
    /// them nothing, and shows any difference from before that compaction. Default false: all data as it is now.
    /// </summary>
    public bool PrefersCompactedHash { get; init; }

    /// <summary>Also writes through each voting member: grants a lease of one minute, puts one key with the prefix <see
    /// cref="WriteProbe.KeyPrefix"/>, and revokes the lease, which deletes the key. Default false.</summary>
    public bool CheckWrite { get; init; }

    /// <summary>Waits for the free disk space of all members on managed hosts. Default false: then the disk of a healthy member is checked only if
    /// its host answers within 2 s.</summary>
    public bool CheckDisk { get; init; }

    /// <summary>A member whose certificate is valid for fewer days than this is not healthy; with 0 only an expired certificate counts. Default
    /// 30.</summary>
    public int WarnDays { get; init; } = DefaultWarnDays;

    /// <summary>Checks on the host whether the process of a silent member runs. Default true.</summary>
    internal bool LookAtProcesses { get; init; } = true;

    /// <summary>Lists members that only the profile has, and checks the disks of healthy members. Default true; false where results are counted or
    /// one of them is chosen.</summary>
    internal bool ComparesProfile { get; init; } = true;

    /// <summary>Saves the highest revision seen, for a later restore without any member. Default true; false in loops.</summary>
    internal bool SavesRevision { get; init; } = true;
}
