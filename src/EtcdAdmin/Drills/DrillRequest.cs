using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.Drills;

/// <summary>How a snapshot is drilled.</summary>
public sealed record DrillRequest
{
    /// <summary>Keys that are compared one by one unless told otherwise.</summary>
    public const int DefaultSampleSize = 1000;

    /// <summary>Where etcd comes from. Without a version it is the newest of the minor version that the snapshot comes from.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>
    /// The folder in which the drill makes its own, which is gone afterwards; null is the folder for temporary files. It needs room
    /// for the database once more.
    /// </summary>
    public string? ScratchPath { get; init; }

    /// <summary>How many keys are compared one by one, spread evenly, the first and the last among them; 0 compares all.</summary>
    public int SampleSize { get; init; } = DefaultSampleSize;

    /// <summary>How long etcd has to serve; null gives it a minute, and a second more for every 10 MB of the database.</summary>
    public TimeSpan? StartTimeout { get; init; }
}
