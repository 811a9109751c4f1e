using EtcdAdmin.Errors;

namespace EtcdAdmin.Upgrades.Versions;

/// <summary>Finds the way from the versions that members run to another version: one minor version at a time.</summary>
/// <remarks>Source: etcd's upgrade guides ("upgrade one minor version at a time"), its downgrade guides of 3.6 and 3.7, and
/// <c>server/etcdserver/version/downgrade.go</c>: a member refuses to join a cluster whose version is newer than its own, unless a downgrade is
/// under way.</remarks>
internal static class VersionPath
{
    // etcd 3.5 has the calls, but does not change its data for them.
    private static readonly MinorLine FirstWithDowngrade = new(3, 6);

    /// <summary>The changes in order; more than one only if they are wanted.</summary>
    /// <param name="cluster">The cluster's name, for messages.</param>
    /// <param name="running">The versions that the members run.</param>
    /// <param name="agreed">The version that they have agreed on; null if it is not known.</param>
    /// <param name="target">The wanted version.</param>
    /// <param name="passesThrough">Whether the lines in between may be passed, each with a change of its own.</param>
    /// <param name="newestOf">The version to use of a line in between.</param>
    /// <param name="shown">The wanted version as the operator gave it; null is the exact version.</param>
    /// <exception cref="EtcdException">UpgradeRefused: no such way, with the steps to take.</exception>
    public static async Task<IReadOnlyList<VersionChange>> FindAsync(
        string cluster, IReadOnlyCollection<EtcdVersion> running, EtcdVersion? agreed, EtcdVersion target, bool passesThrough,
        Func<MinorLine, Task<EtcdVersion>> newestOf, string? shown = null)
    {
        shown ??= target.ToString();
        MinorLine oldest = MinorLine.Of(running.Min()), newest = MinorLine.Of(running.Max()), wanted = MinorLine.Of(target);
        if (oldest.StepsTo(newest) > 1)
        {
            throw Refused(cluster, $"its members run etcd {oldest} to {newest}, and members of one cluster may differ by one minor version",
                "Bring the oldest members up to date first, each by one minor version (Update-EtcdMember).");
        }

        if (oldest != newest) return [FinishMixed(cluster, oldest, newest, agreed, target)];
        return oldest.StepsTo(wanted) switch
        {
            0 => [new VersionChange(VersionChangeKind.Patch, oldest, target)],
            1 => [new VersionChange(VersionChangeKind.Upgrade, oldest, target)],
            -1 when oldest >= FirstWithDowngrade => [new VersionChange(VersionChangeKind.Downgrade, oldest, target)],
            > 1 when passesThrough => await ThroughAsync(oldest, target, newestOf).ConfigureAwait(false),
            > 1 => throw Refused(cluster,
                $"it runs etcd {oldest}, and etcd {shown} is {oldest.StepsTo(wanted)} minor versions newer; a cluster is upgraded one minor version "
                    + "at a time",
                $"Upgrade to {string.Join(", then ", oldest.Until(wanted).Select(line => $"etcd {line}"))}: one Update-EtcdCluster for each, or "
                    + $"'Update-EtcdCluster {cluster} -Version {shown} -Through' for all."),
            _ => throw Refused(cluster, oldest < FirstWithDowngrade
                    ? $"etcd {oldest} has no downgrade"
                    : $"it runs etcd {oldest}, and a downgrade goes one minor version at a time",
                oldest < FirstWithDowngrade
                    ? $"To go back to etcd {wanted}, install a new cluster with it and restore a snapshot that was saved before the upgrade "
                        + "(Restore-EtcdSnapshot); later writes can be carried over with Export-EtcdKey and Import-EtcdKey."
                    : $"Downgrade to etcd {Before(oldest)} first."),
        };
    }

    private static async Task<IReadOnlyList<VersionChange>> ThroughAsync(
        MinorLine from, EtcdVersion target, Func<MinorLine, Task<EtcdVersion>> newestOf)
    {
        var changes = new List<VersionChange>();
        foreach (MinorLine line in from.Until(MinorLine.Of(target)))
        {
            EtcdVersion version = line == MinorLine.Of(target) ? target : await newestOf(line).ConfigureAwait(false);
            changes.Add(new VersionChange(VersionChangeKind.Upgrade, from, version));
            from = line;
        }

        return changes;
    }

    private static VersionChange FinishMixed(string cluster, MinorLine oldest, MinorLine newest, EtcdVersion? agreed, EtcdVersion target)
    {
        MinorLine wanted = MinorLine.Of(target);
        if (wanted == newest) return new VersionChange(VersionChangeKind.Upgrade, oldest, target);
        if (wanted != oldest)
        {
            throw Refused(cluster, $"its members run etcd {oldest} and {newest}: a version change is unfinished",
                $"Finish it first: Update-EtcdCluster {cluster} -Version {newest}, or -Version {oldest} to go back.");
        }

        // With an older member, the members agree on the older version, unless a downgrade has begun that this member is the first of.
        return new VersionChange(
            agreed is { } version && MinorLine.Of(version) == newest ? VersionChangeKind.Downgrade : VersionChangeKind.Rollback, newest, target);
    }

    private static MinorLine Before(MinorLine line) => line is { Major: 3, Minor: 0 } ? new MinorLine(2, 3) : line with { Minor = line.Minor - 1 };

    private static EtcdException Refused(string cluster, string why, string nextStep) =>
        new(EtcdErrorIds.UpgradeRefused, $"Cluster '{cluster}' cannot go to this version in one step: {why}. Nothing was changed.")
        {
            Target = cluster,
            NextStep = nextStep,
        };
}
