using System.Globalization;
using EtcdAdmin.Events;

namespace EtcdAdmin.Packages.Releases;

/// <summary>Reports the progress of a download, a few times per second.</summary>
internal sealed class DownloadProgress(string activity, IProgress<EtcdEvent>? events)
{
    private const double MegaByte = 1_000_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long _start = TimeProvider.System.GetTimestamp();
    private long _told;
    private long _received;

    /// <summary>Counts received bytes.</summary>
    /// <param name="count">The number of new bytes.</param>
    /// <param name="position">The current size of the file, including an earlier part.</param>
    /// <param name="length">The size of the complete file; null if the server does not report it.</param>
    public void Add(int count, long position, long? length)
    {
        _received += count;
        long now = TimeProvider.System.GetTimestamp();
        if (_told != 0 && TimeProvider.System.GetElapsedTime(_told, now) < Interval && position != length) return;
        _told = now;
        double seconds = Math.Max(TimeProvider.System.GetElapsedTime(_start, now).TotalSeconds, 0.001);
        string total = length is null ? "" : string.Create(CultureInfo.InvariantCulture, $" of {length / MegaByte:0.0}");
        events.Progress(activity, string.Create(CultureInfo.InvariantCulture,
            $"{position / MegaByte:0.0}{total} MB, {_received / MegaByte / seconds:0.0} MB/s"), Fraction(position, length));
    }

    // Never 1 before the end: 1 closes the activity.
    private static double? Fraction(long position, long? length) => length > 0 ? Math.Min(0.999, (double)position / length.Value) : null;

    public void Close() => events.Progress(activity, "Done", 1);
}
