using System.Globalization;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules;

/// <summary>
/// Renders the files that all schedules have: script, settings and units. The same input gives the same text, so a changed text means a changed
/// schedule.
/// </summary>
/// <remarks>Names and meanings: systemd.timer(5), systemd.service(5), systemd.exec(5).</remarks>
/// <param name="places">The paths.</param>
/// <param name="times">When the timer starts the service.</param>
internal abstract class ScheduleUnits(SchedulePlaces places, ScheduleTimes times)
{
    private const UnixFileMode ForTheGroup = AtomicFile.OwnerOnly | UnixFileMode.GroupRead;

    /// <summary>What the service does, for its description.</summary>
    public required string Description { get; init; }

    /// <summary>After this time a run is stopped, because one that hangs must not prevent later runs forever.</summary>
    public required TimeSpan RunLimit { get; init; }

    /// <summary>The maximum random delay of a start.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>More lines of the heading, which are comments.</summary>
    protected abstract string Subject { get; }

    /// <summary>The text at the top of all files but the script and its settings.</summary>
    public string Heading => $"""
        # Written by EtcdAdmin ({places.Kind.RegisterCommand}). Changes made here are lost when it is registered again.
        # cluster: {places.Cluster}
        {Subject}
        """;

    /// <summary>The script and its settings, which are shell assignments.</summary>
    public IReadOnlyList<HostFile> Program(string script, IEnumerable<(string Name, string Value)> settings) =>
    [
        Own(places.Script, script),
        Own(places.Settings, string.Concat(settings.Select(pair => $"{pair.Name}={PosixShell.Quote(pair.Value)}\n"))),
    ];

    /// <summary>The service and its timer.</summary>
    public IReadOnlyList<HostFile> Units() =>
    [
        new(places.ServicePath, HostFileContent.FromText(Service()), AtomicFile.Public),
        new(places.TimerPath, HostFileContent.FromText(Timer()), AtomicFile.Public),
    ];

    /// <summary>A whole number of seconds, as units and settings have it.</summary>
    public static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>The text of the service.</summary>
    protected abstract string Service();

    // A missed run is not repeated at boot: other hosts do what a host misses while it is down, and health is checked again soon.
    private string Timer() => $"""
        {Heading}[Unit]
        Description=Timer: {Description}

        [Timer]
        {string.Concat(times.Calendars.Select(calendar => $"OnCalendar={calendar}\n"))}RandomizedDelaySec={Seconds(Delay)}
        AccuracySec=1s

        [Install]
        WantedBy=timers.target

        """;

    private HostFile Own(string path, string text) => new(path, HostFileContent.FromText(text), ForTheGroup) { Owner = places.Owner };
}
