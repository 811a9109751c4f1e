namespace EtcdAdmin.Clusters.Settings;

/// <summary>How long a defragmentation may take.</summary>
internal static class DefragmentationTime
{
    // A slow disk writes the copy at some 10 MB per second; etcd also reads, and syncs at the end.
    private const double SlowBytesPerSecond = 4e6;
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>The limit for a database of this size.</summary>
    public static TimeSpan Limit(long databaseBytes) => Least + TimeSpan.FromSeconds(databaseBytes / SlowBytesPerSecond);
}
