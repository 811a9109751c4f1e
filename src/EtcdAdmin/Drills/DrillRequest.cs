using EtcdAdmin.Packages.Sources;

namespace EtcdAdmin.Drills;

/// <summary>Options of a drill.</summary>
public sealed record DrillRequest
{
    /// <summary>Default number of keys that are compared one by one.</summary>
    public const int DefaultSampleSize = 1000;

    /// <summary>The etcd to use. Without a version: the newest patch release of the snapshot's minor version.</summary>
    public PackageRequest Package { get; init; } = new();

    /// <summary>
    /// The parent folder of the drill's temporary folder, which is deleted afterwards; null for the folder for temporary files. It needs free
    /// space for a copy of the database.
    /// </summary>
    public string? ScratchPath { get; init; }

    /// <summary>Number of keys that are compared one by one, evenly spread, including the first and the last key; 0 compares all keys.</summary>
    public int SampleSize { get; init; } = DefaultSampleSize;

    /// <summary>Time limit for etcd to start serving. Null: one minute, plus a second for every 10 MB of the database.</summary>
    public TimeSpan? StartTimeout { get; init; }
}
