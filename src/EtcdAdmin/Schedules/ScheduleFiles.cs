using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Schedules;

/// <summary>
/// Renders the files of a schedule for a host. The same input gives the same text, so a changed text means a changed schedule.
/// </summary>
/// <remarks>Names and meanings: systemd.timer(5), systemd.service(5), systemd.exec(5).</remarks>
internal sealed class ScheduleFiles(
    SchedulePlaces places, SnapshotSchedule schedule, string destination, ScheduleStore? store, TimeSpan interval, bool tls)
{
    private const UnixFileMode ForTheGroup = AtomicFile.OwnerOnly | UnixFileMode.GroupRead;

    /// <summary>All files, in the order of <see cref="SchedulePlaces.Files"/>.</summary>
    public IReadOnlyList<HostFile> All =>
    [
        Own(places.Script, SnapshotScript.Text),
        Own(places.Settings, Settings()),
        new(places.Keys, HostFileContent.FromText(Heading() + store?.Keys), AtomicFile.OwnerOnly) { Owner = places.OwnerOfKeys },
        new(places.ServicePath, HostFileContent.FromText(Service()), AtomicFile.Public),
        new(places.TimerPath, HostFileContent.FromText(Timer()), AtomicFile.Public),
    ];

    /// <summary>The settings of the script, as shell assignments.</summary>
    public string Settings()
    {
        MemberSpec member = places.Member;
        var values = new (string Name, string Value)[]
        {
            ("cluster", places.Cluster),
            ("member", member.Name),
            ("bin", $"{member.BinDirectory}/current"),
            ("endpoint", member.ClientUrl(tls).GetLeftPart(UriPartial.Authority)),
            ("cacert", tls ? member.Layout.CaFile : ""),
            ("cert", tls ? member.Layout.ServerCertificateFile : ""),
            ("key", tls ? member.Layout.ServerKeyFile : ""),
            ("user", schedule.Credential?.UserName ?? ""),
            ("password", schedule.Credential?.Password ?? ""),
            ("lock_prefix", SnapshotScript.KeyPrefix),
            ("destination", destination),
            ("state", places.State),
            ("author", SnapshotScript.Author),
            ("s3_name", store?.Name ?? ""),
            ("s3_url", store?.Url ?? ""),
            ("s3_region", store?.Region ?? ""),
            ("s3_keys", places.Keys),
            ("done_seconds", Seconds(schedule.Times.Windows(interval).Done)),
            ("keep", Count(schedule.Rules.Keep)),
            ("keep_hourly", Count(schedule.Rules.KeepHourly)),
            ("keep_daily", Count(schedule.Rules.KeepDaily)),
            ("keep_weekly", Count(schedule.Rules.KeepWeekly)),
            ("keep_monthly", Count(schedule.Rules.KeepMonthly)),
            ("keep_yearly", Count(schedule.Rules.KeepYearly)),
        };
        return string.Concat(values.Select(pair => $"{pair.Name}={PosixShell.Quote(pair.Value)}\n"));
    }

    private string Service()
    {
        MemberSpec member = places.Member;
        string user = member.User is { } name ? $"User={name}\nGroup={name}\n" : "";
        // A service that hangs must not prevent later snapshots forever.
        TimeSpan limit = interval > TimeSpan.FromHours(1) ? interval : TimeSpan.FromHours(1);
        return $"""
            {Heading()}[Unit]
            Description=Snapshot of etcd cluster {places.Cluster}
            After=network-online.target {member.Unit}
            RequiresMountsFor={destination}

            [Service]
            Type=oneshot
            {user}UMask=0077
            ExecStart=/bin/sh {places.Script} {places.Settings}
            TimeoutStartSec={Seconds(limit)}
            Nice=10
            IOSchedulingClass=best-effort
            IOSchedulingPriority=7

            NoNewPrivileges=yes
            CapabilityBoundingSet=
            ProtectSystem=strict
            ReadWritePaths={destination} {places.State}
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

    // Other hosts take the snapshots that a host misses while it is down, so a missed run is not repeated at boot.
    private string Timer() => $"""
        {Heading()}[Unit]
        Description=Snapshots of etcd cluster {places.Cluster}

        [Timer]
        {string.Concat(schedule.Times.Calendars.Select(calendar => $"OnCalendar={calendar}\n"))}RandomizedDelaySec={Seconds(schedule.Times.Windows(interval).Delay)}
        AccuracySec=1s

        [Install]
        WantedBy=timers.target

        """;

    private string Heading() => $"""
        # Written by EtcdAdmin (Register-EtcdSnapshotSchedule). Changes made here are lost when it is registered again.
        # cluster: {places.Cluster}
        # member: {places.Member.Name}

        """;

    private HostFile Own(string path, string text) => new(path, HostFileContent.FromText(text), ForTheGroup) { Owner = places.Owner };

    private static string Count(int? rule) => (rule ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
