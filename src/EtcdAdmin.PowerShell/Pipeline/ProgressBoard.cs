using System.Management.Automation;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>Keeps the latest progress of each activity and hands it out at most five times a second.</summary>
/// <remarks>
/// Whatever a core operation reports, and how often: each activity costs one entry here, also while nobody reads. What is over
/// before it was due is never shown, so quick commands do not flicker.
/// </remarks>
internal sealed class ProgressBoard(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Activity> _activities = new(StringComparer.Ordinal);
    private int _lastId;

    /// <summary>How long until something is due; infinite when nothing waits.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            lock (_lock)
            {
                TimeSpan? least = _activities.Values.Where(static a => a.Waiting is not null).Min(TimeToGo);
                return least is null ? Timeout.InfiniteTimeSpan : least.Value > TimeSpan.Zero ? least.Value : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Notes progress; true when nothing of this activity waited before, so a sleeping reader has to look anew.</summary>
    public bool Report(ProgressEvent progress)
    {
        lock (_lock)
        {
            if (!_activities.TryGetValue(progress.Activity, out Activity? activity))
            {
                activity = new Activity(++_lastId, clock.GetTimestamp());
                _activities.Add(progress.Activity, activity);
            }

            bool first = activity.Waiting is null;
            activity.Waiting = progress;
            return first;
        }
    }

    /// <summary>The records to show now, those of finished activities among them.</summary>
    public IReadOnlyList<ProgressRecord> TakeDue()
    {
        lock (_lock)
        {
            if (_activities.Count == 0) return [];
            return Take([.. _activities.Values.Where(a => a.Waiting is not null && TimeToGo(a) <= TimeSpan.Zero)]);
        }
    }

    /// <summary>The records that take everything still shown off the screen.</summary>
    public IReadOnlyList<ProgressRecord> Close()
    {
        lock (_lock)
        {
            ProgressRecord[] records = [.. _activities.Where(static a => a.Value.Shown).Select(static a => Completed(a.Value.Id, a.Key))];
            _activities.Clear();
            return records;
        }
    }

    private static bool IsFinished(ProgressEvent progress) => progress.Fraction >= 1;

    private static ProgressRecord Completed(int id, string activity) => new(id, activity, " ") { RecordType = ProgressRecordType.Completed };

    private static ProgressRecord Processing(int id, ProgressEvent progress) =>
        new(id, progress.Activity, progress.Status.Length > 0 ? progress.Status : " ")
        {
            PercentComplete = progress.Fraction is { } fraction ? (int)(Math.Clamp(fraction, 0, 1) * 100) : -1,
        };

    private List<ProgressRecord> Take(Activity[] due)
    {
        var records = new List<ProgressRecord>(due.Length);
        foreach (Activity activity in due)
        {
            ProgressEvent progress = activity.Waiting!; // only those that wait are due
            if (!IsFinished(progress)) records.Add(Processing(activity.Id, progress));
            else if (activity.Shown) records.Add(Completed(activity.Id, progress.Activity));

            if (IsFinished(progress)) _activities.Remove(progress.Activity);
            activity.Waiting = null;
            activity.Shown = true;
            activity.Since = clock.GetTimestamp();
        }

        return records;
    }

    /// <summary>A finished activity is taken off the screen at once.</summary>
    private TimeSpan? TimeToGo(Activity activity) =>
        IsFinished(activity.Waiting!) ? TimeSpan.Zero : Interval - clock.GetElapsedTime(activity.Since); // callers select those that wait

    private sealed class Activity(int id, long since)
    {
        public int Id { get; } = id;

        /// <summary>When it was last shown or, before that, first reported.</summary>
        public long Since { get; set; } = since;

        public bool Shown { get; set; }

        /// <summary>Reported and not yet shown.</summary>
        public ProgressEvent? Waiting { get; set; }
    }
}
