using System.Globalization;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Spec;
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
internal sealed class ScheduleUnits(SchedulePlaces places, ScheduleTimes times)
{
    private const UnixFileMode ForTheGroup = AtomicFile.OwnerOnly | UnixFileMode.GroupRead;

    /// <summary>What the service does, for its description.</summary>
    public required string Description { get; init; }

    /// <summary>After this time a run is stopped, because one that hangs must not prevent later runs forever.</summary>
    public required TimeSpan RunLimit { get; init; }

    /// <summary>The maximum random delay of a start.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>A folder that the service needs and writes to; null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>The text at the top of all files but the script and its settings.</summary>
    public string Heading => $"""
        # Written by EtcdAdmin ({places.Kind.RegisterCommand}). Changes made here are lost when it is registered again.
        # cluster: {places.Cluster}
        # member: {places.Member.Name}

        """;

    /// <summary>The settings of every script: the member, how to connect to it, and the script's folder.</summary>
    /// <param name="tls">Whether the cluster uses TLS.</param>
    /// <param name="credential">User and password, if authentication is enabled.</param>
    /// <param name="keyPrefix">The prefix of the schedule's keys in etcd.</param>
    public IReadOnlyList<(string Name, string Value)> MemberSettings(bool tls, EtcdCredential? credential, string keyPrefix)
    {
        MemberSpec member = places.Member;
        return
        [
            ("cluster", places.Cluster),
            ("member", member.Name),
            ("bin", $"{member.BinDirectory}/current"),
            ("endpoint", member.ClientUrl(tls).GetLeftPart(UriPartial.Authority)),
            ("cacert", tls ? member.Layout.CaFile : ""),
            ("cert", tls ? member.Layout.ServerCertificateFile : ""),
            ("key", tls ? member.Layout.ServerKeyFile : ""),
            ("user", credential?.UserName ?? ""),
            ("password", credential?.Password ?? ""),
            ("lock_prefix", keyPrefix),
            ("state", places.State),
        ];
    }

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

    private string Service()
    {
        MemberSpec member = places.Member;
        string user = member.User is { } name ? $"User={name}\nGroup={name}\n" : "";
        string mount = Destination is null ? "" : $"RequiresMountsFor={Destination}\n";
        string writable = Destination is null ? places.State : $"{Destination} {places.State}";
        return $"""
            {Heading}[Unit]
            Description={Description}
            After=network-online.target {member.Unit}
            {mount}
            [Service]
            Type=oneshot
            {user}UMask=0077
            ExecStart=/bin/sh {places.Script} {places.Settings}
            TimeoutStartSec={Seconds(RunLimit)}
            Nice=10
            IOSchedulingClass=best-effort
            IOSchedulingPriority=7

            NoNewPrivileges=yes
            CapabilityBoundingSet=
            ProtectSystem=strict
            ReadWritePaths={writable}
            ReadOnlyPaths={member.Layout.ConfigDirectory}
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            ProtectControlGroups=yes
            ProtectKernelModules=yes
            ProtectKernelTunables=yes
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes
            SystemCallArchitectures=native

            """;
    }

    // Other hosts do what a host misses while it is down, so a missed run is not repeated at boot.
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
