using System.Management.Automation;
using EtcdAdmin.Events;

namespace EtcdAdmin.PowerShell.Pipeline;

/// <summary>Keeps the latest progress of each activity and returns it at most five times a second.</summary>
/// <remarks>
/// Each activity needs one entry, however much a core operation reports and even if no output is read. Progress of an activity
/// that ends before it was due is never shown, so quick commands do not flicker.
/// </remarks>
internal sealed class ProgressBoard(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Activity> _activities = new(StringComparer.Ordinal);
    private int _lastId;

    /// <summary>The time until the next progress is due; infinite if none is waiting.</summary>
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

    /// <summary>
    /// Records progress. True if no progress of this activity was waiting, so that a sleeping reader must check again.
    /// </summary>
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

    /// <summary>The records to show now, including those of finished activities.</summary>
    public IReadOnlyList<ProgressRecord> TakeDue()
    {
        lock (_lock)
        {
            if (_activities.Count == 0) return [];
            return Take([.. _activities.Values.Where(a => a.Waiting is not null && TimeToGo(a) <= TimeSpan.Zero)]);
        }
    }

    /// <summary>The records that remove everything still shown.</summary>
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
            ProgressEvent progress = activity.Waiting!; // only waiting activities are due
            if (!IsFinished(progress)) records.Add(Processing(activity.Id, progress));
            else if (activity.Shown) records.Add(Completed(activity.Id, progress.Activity));

            if (IsFinished(progress)) _activities.Remove(progress.Activity);
            activity.Waiting = null;
            activity.Shown = true;
            activity.Since = clock.GetTimestamp();
        }

        return records;
    }

    /// <summary>A finished activity is removed from the screen at once.</summary>
    private TimeSpan? TimeToGo(Activity activity) =>
        IsFinished(activity.Waiting!) ? TimeSpan.Zero : Interval - clock.GetElapsedTime(activity.Since); // callers select waiting activities

    private sealed class Activity(int id, long since)
    {
        public int Id { get; } = id;

        /// <summary>When it was last shown; before that, when it was first reported.</summary>
        public long Since { get; set; } = since;

        public bool Shown { get; set; }

        /// <summary>Progress that is reported and not yet shown.</summary>
        public ProgressEvent? Waiting { get; set; }
    }
}
