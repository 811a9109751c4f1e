using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Schedules;

/// <summary>Renders the files that all schedules on hosts of members have.</summary>
/// <param name="places">The paths.</param>
/// <param name="times">When the timer starts the service.</param>
internal sealed class MemberUnits(MemberPlaces places, ScheduleTimes times) : ScheduleUnits(places, times)
{
    /// <summary>A folder that the service needs and writes to; null for none.</summary>
    public string? Destination { get; init; }

    private MemberPlaces Places { get; } = places;

    /// <inheritdoc/>
    protected override string Subject => $"# member: {Places.Member.Name}\n";

    /// <summary>The settings of every script: the member, how to connect to it, and the script's folder.</summary>
    /// <param name="tls">Whether the cluster uses TLS.</param>
    /// <param name="credential">User and password, if authentication is enabled.</param>
    /// <param name="keyPrefix">The prefix of the schedule's keys in etcd.</param>
    public IReadOnlyList<(string Name, string Value)> MemberSettings(bool tls, EtcdCredential? credential, string keyPrefix)
    {
        MemberSpec member = Places.Member;
        return
        [
            ("cluster", Places.Cluster),
            ("member", member.Name),
            ("bin", $"{member.BinDirectory}/current"),
            ("endpoint", member.ClientUrl(tls).GetLeftPart(UriPartial.Authority)),
            ("cacert", tls ? member.Layout.CaFile : ""),
            ("cert", tls ? member.Layout.ServerCertificateFile : ""),
            ("key", tls ? member.Layout.ServerKeyFile : ""),
            ("user", credential?.UserName ?? ""),
            ("password", credential?.Password ?? ""),
            ("lock_prefix", keyPrefix),
            ("state", Places.State),
        ];
    }

    /// <inheritdoc/>
    protected override string Service()
    {
        MemberSpec member = Places.Member;
        string user = member.User is { } name ? $"User={name}\nGroup={name}\n" : "";
        string mount = Destination is null ? "" : $"RequiresMountsFor={Destination}\n";
        string writable = Destination is null ? Places.State : $"{Destination} {Places.State}";
        return $"""
            {Heading}[Unit]
            Description={Description}
            After=network-online.target {member.Unit}
            {mount}
            [Service]
            Type=oneshot
            {user}UMask=0077
            ExecStart=/bin/sh {Places.Script} {Places.Settings}
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
}
