using Xunit.Sdk;
using Xunit.v3;

namespace EtcdAdmin.Tests.Support;

/// <summary>Begins with the collections that mostly wait, for hosts or elections: all others fit in beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "lab",
        "WalkThrough",
        "Repair",
        "PesterTests",
        "SnapshotRestorer",
        "InterruptedRestore",
        "RestoreGrowth",
        "RestoreUndoer",
        "ClusterInstaller",
        "ClusterUpdater",
        "MixedVersions",
        "ScheduleCopy",
        "SnapshotScript",
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(IsLong).ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static bool IsLong<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        Long.Any(part => collection.TestCollectionDisplayName.Contains(part, StringComparison.Ordinal));
}
