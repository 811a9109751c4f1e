using System.Globalization;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The file system that a member's data or write-ahead log is on.</summary>
/// <param name="Path">The folder that was looked at.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="FreeBytes">What is free on it.</param>
/// <param name="IsReadOnly">Nothing can be written to it.</param>
internal sealed record DiskSpace(string Path, long SizeBytes, long FreeBytes, bool IsReadOnly)
{
    // etcd reserves the next file of its log before it needs it (server/storage/wal/wal.go, SegmentSizeBytes), and ends where it cannot. One
    // that has ended so has given back the file that it had reserved.
    private const long LogFileBytes = 64_000_000;

    // What is nearly full: less than two of these files, or than a twentieth, unless that is plenty for etcd.
    private const int NearlyFullPart = 20;
    private const long PlentyBytes = 1L << 30;

    /// <summary>What is wrong with it, as part of a sentence; null for nothing.</summary>
    public string? Trouble =>
        IsReadOnly ? $"the disk of {Path} is mounted read-only; the kernel log of its host says why (journalctl -k)"
        : FreeBytes < LogFileBytes ? $"the disk of {Path} is full: {Free}"
        : FreeBytes < Math.Max(2 * LogFileBytes, Math.Min(PlentyBytes, SizeBytes / NearlyFullPart)) ? $"the disk of {Path} is nearly full: {Free}"
        : null;

    private string Free => string.Create(CultureInfo.InvariantCulture, $"{FreeBytes / 1_000_000} MB of {SizeBytes / 1_000_000} MB are free");
}
