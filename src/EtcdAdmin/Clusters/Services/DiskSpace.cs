using System.Globalization;

namespace EtcdAdmin.Clusters.Services;

/// <summary>The file system of a member's data or write-ahead log.</summary>
/// <param name="Path">The checked folder.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="FreeBytes">Its free space.</param>
/// <param name="IsReadOnly">Whether it is mounted read-only.</param>
internal sealed record DiskSpace(string Path, long SizeBytes, long FreeBytes, bool IsReadOnly)
{
    // etcd reserves the next file of its log before it needs it (server/storage/wal/wal.go, SegmentSizeBytes), and ends if it cannot. An etcd that
    // has ended has released the reserved file.
    private const long LogFileBytes = 64_000_000;

    // Nearly full: less than two of these files, or less than a twentieth, unless that is plenty for etcd.
    private const int NearlyFullPart = 20;
    private const long PlentyBytes = 1L << 30;

    /// <summary>The problem of the disk, as part of a sentence; null if there is none.</summary>
    public string? Trouble =>
        IsReadOnly ? $"the disk of {Path} is mounted read-only; the kernel log of its host shows the reason (journalctl -k)"
        : FreeBytes < LogFileBytes ? $"the disk of {Path} is full: {Free}"
        : FreeBytes < Math.Max(2 * LogFileBytes, Math.Min(PlentyBytes, SizeBytes / NearlyFullPart)) ? $"the disk of {Path} is nearly full: {Free}"
        : null;

    private string Free => string.Create(CultureInfo.InvariantCulture, $"{FreeBytes / 1_000_000} MB of {SizeBytes / 1_000_000} MB are free");
}
