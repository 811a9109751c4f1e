using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Schedules.Maintenance;

/// <summary>A cluster's maintenance schedule: when its hosts look at their members' databases, and by which rules they make them smaller.</summary>
public sealed record MaintenanceSchedule
{
    /// <summary>The default of <see cref="FragmentationPercent"/>.</summary>
    public const int UsualFragmentationPercent = 50;

    /// <summary>The default of <see cref="QuotaPercent"/>.</summary>
    public const int UsualQuotaPercent = 75;

    /// <summary>The default of <see cref="MinimumGainBytes"/>.</summary>
    public const long UsualGainBytes = 64L << 20;

    /// <summary>The start of each window; see <see cref="ScheduleTimes"/>.</summary>
    public required ScheduleTimes Times { get; init; }

    /// <summary>How long after its start a run may begin to defragment; null is one hour, or the time between two runs if that is shorter.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>A member is defragmented if at least this part of its database is free, 1 to 100.</summary>
    public int FragmentationPercent { get; init; } = UsualFragmentationPercent;

    /// <summary>
    /// A database of this size counts as large: its history is compacted, and it is defragmented if that pays. Null for no such rule.
    /// </summary>
    public long? SizeBytes { get; init; }

    /// <summary>A database that has this part of its quota counts as large too, 1 to 100.</summary>
    public int QuotaPercent { get; init; } = UsualQuotaPercent;

    /// <summary>A defragmentation must release at least this; and a tenth of the database.</summary>
    public long MinimumGainBytes { get; init; } = UsualGainBytes;

    /// <summary>How many of the newest revisions a compaction keeps; null never compacts.</summary>
    public long? Keep { get; init; }

    /// <summary>Defragments a leader without moving leadership away first. Clusters with one voter need it.</summary>
    public bool AllowLeader { get; init; }

    /// <summary>How long a defragmentation may take; null is one minute and a second for every 4 MB of the database.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>
    /// User and password if authentication is enabled. Hosts keep them in a file of root that only the member's user can read. The user needs
    /// the role root.
    /// </summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>Leaves hosts that cannot be managed now unchanged. Otherwise one such host prevents every change.</summary>
    public bool Force { get; init; }

    /// <summary>The window for times that are this far apart.</summary>
    /// <exception cref="EtcdException">SpecInvalid: it is longer than that, or shorter than a minute.</exception>
    internal TimeSpan WindowFor(TimeSpan interval)
    {
        TimeSpan window = Window ?? (interval < TimeSpan.FromHours(1) ? interval : TimeSpan.FromHours(1));
        if (window >= TimeSpan.FromMinutes(1) && window <= interval) return window;
        throw new EtcdException(EtcdErrorIds.SpecInvalid, $"A window of {window} cannot be used with starts that are {interval} apart.")
        {
            NextStep = "Use a window of at least a minute that ends before the next start (-Window).",
        };
    }
}
