namespace EtcdAdmin.Schedules.Monitors;

/// <summary>Renders the units of a health monitor.</summary>
/// <param name="places">The paths.</param>
/// <param name="times">When the timer starts the service.</param>
internal sealed class MonitorUnits(MonitorPlaces places, ScheduleTimes times) : ScheduleUnits(places, times)
{
    private MonitorPlaces Places { get; } = places;

    /// <inheritdoc/>
    protected override string Subject => "";

    // The service connects with the files and ssh settings of the user, so it sees all that the user sees. Its priority is the usual one: a
    // delayed check would report latencies that the cluster does not have.
    /// <inheritdoc/>
    protected override string Service()
    {
        (string after, string user) = Places.IsOfSystem ? ("After=network-online.target\n", "User=root\n") : ("", "");
        return $"""
            {Heading}[Unit]
            Description={Description}
            {after}
            [Service]
            Type=oneshot
            {user}UMask=0077
            ExecStart=/bin/sh {Word(Places.Script)} {Word(Places.Settings)}
            TimeoutStartSec={Seconds(RunLimit)}

            NoNewPrivileges=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes

            """;
    }

    /// <summary>A word of a command line; systemd.service(5), "Command lines", and systemd.unit(5), "Specifiers".</summary>
    private static string Word(string value) => "\"" + value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal) + "\"";
}
