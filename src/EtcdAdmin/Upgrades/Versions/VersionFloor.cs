namespace EtcdAdmin.Upgrades.Versions;

/// <summary>The oldest patch version from which a line can be left for the next.</summary>
/// <param name="From">The line to leave.</param>
/// <param name="Patch">The least patch version of every member.</param>
/// <param name="Why">What goes wrong with older ones, as a sentence.</param>
internal sealed record VersionFloor(MinorLine From, int Patch, string Why)
{
    // Sources: etcd's upgrade guides, docs/v3.6/upgrades/upgrade_3_6.md and docs/v3.7/upgrades/upgrade_3_7.md ("Important").
    private static readonly VersionFloor[] All =
    [
        new(new MinorLine(3, 5), 32,
            "Older patch versions can leave removed members and learners in the new store, and do not find all v2 data that etcd 3.6 refuses."),
        new(new MinorLine(3, 6), 11, "Older patch versions do not write everything that etcd 3.7 reads."),
    ];

    /// <summary>The floor for leaving a line upwards; null if there is none.</summary>
    public static VersionFloor? Of(MinorLine from) => All.FirstOrDefault(floor => floor.From == from);
}
