using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules;

/// <summary>The facts of a schedule on a host, from lines of <c>name=value</c>.</summary>
internal sealed class ScheduleFacts
{
    private readonly ILookup<string, string> _values;

    /// <param name="output">
    /// The lines. Terminal control characters are removed: the member's user writes some lines, and others hold messages of a store or of etcd.
    /// </param>
    public ScheduleFacts(string output) => _values = output.Split('\n')
        .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(
            pair => pair[0], pair => TerminalText.Words(pair[1]), StringComparer.Ordinal);

    /// <summary>The value of a name; null if there is none, or it is empty.</summary>
    public string? this[string name] => _values[name].LastOrDefault(value => value.Length > 0);

    /// <summary>All values of a name, in order.</summary>
    public IEnumerable<string> All(string name) => _values[name];

    /// <summary>The SHA-256 of each file of the schedule, in the order of the files; empty for a missing file.</summary>
    public IReadOnlyList<string> FileHashes => [.. All("file")];

    /// <summary>Whether the timer starts the service, now and after the next boot.</summary>
    public bool IsOn => this["enabled"] == "enabled" && this["active"] == "active";

    /// <summary>A time, as the script (ISO 8601) or systemd in UTC writes it; null if there is none.</summary>
    public DateTimeOffset? Time(string name) => this[name] is { } text ? ParseTime(text) : null;

    /// <summary>A number; null if there is none.</summary>
    public long? Number(string name) =>
        long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>Reads the facts of a host.</summary>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    public static async Task<ScheduleFacts> ReadAsync(AdminContext context, SchedulePlaces places, CancellationToken cancellationToken)
    {
        HostScript script = places.Sent(
            ScheduleScripts.Read,
            [places.Timer, places.Service, places.State, places.Settings, places.TimerPath, places.User ?? "", .. places.Files]);
        string output = await places.HostIn(context)
            .RunRequiredAsync($"look for its {places.Kind.Title}", script, cancellationToken).ConfigureAwait(false);
        return new ScheduleFacts(output);
    }

    /// <summary>Asks a host whether it can run a schedule.</summary>
    /// <exception cref="EtcdException">The host cannot be managed.</exception>
    public static async Task<ScheduleFacts> SurveyAsync(
        AdminContext context, MemberPlaces places, string? destination, ScheduleTimes times, CancellationToken cancellationToken)
    {
        MemberSpec member = places.Member;
        var script = new HostScript(ScheduleScripts.Survey)
        {
            Arguments =
            [
                $"{member.BinDirectory}/current", destination ?? "", member.Layout.DataDirectory, member.Layout.ConfigDirectory,
                member.WalDirectory ?? "", places.State, places.Folder, member.User ?? "", .. times.Calendars,
            ],
        };
        return new ScheduleFacts(await context.HostOf(member)
            .RunRequiredAsync($"check whether it can run a {places.Kind.Title}", script, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The shortest time between two starts; null if the host's systemd cannot report it.</summary>
    public TimeSpan? ShortestInterval() => Intervals() is { Length: > 0 } intervals ? intervals.Min() : null;

    /// <summary>The longest time between two starts; null if the host's systemd cannot report it.</summary>
    public TimeSpan? LongestInterval() => Intervals() is { Length: > 0 } intervals ? intervals.Max() : null;

    /// <remarks>
    /// Some starts of each expression are known. Only starts up to the earliest of their last known starts are used: after it some are missing.
    /// </remarks>
    private TimeSpan[] Intervals()
    {
        var starts = new List<DateTimeOffset>();
        var ends = new List<DateTimeOffset>();
        DateTimeOffset? last = null;
        int count = 0;
        foreach (string line in All("elapse"))
        {
            if (ParseTime(line) is { } time)
            {
                starts.Add(time);
                last = time;
                count++;
                continue;
            }

            if (last is null || count < 2) return []; // systemd before 242, or a single time in the future
            ends.Add(last.Value);
            (last, count) = (null, 0);
        }

        if (ends.Count == 0) return [];
        DateTimeOffset[] known = [.. starts.Where(time => time <= ends.Min()).Distinct().Order()];
        return [.. known.Zip(known.Skip(1)).Select(pair => pair.Second - pair.First)];
    }

    private static DateTimeOffset? ParseTime(string text)
    {
        // systemd: "Thu 2026-11-26 00:00:00 UTC"; its day of the week is in the host's language.
        string plain = text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] : text;
        if (plain.Length > 19 && plain[^20] == ' ') plain = plain[^19..];
        return DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }
}
