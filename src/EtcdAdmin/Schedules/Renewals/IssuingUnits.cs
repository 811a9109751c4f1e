namespace EtcdAdmin.Schedules.Renewals;

/// <summary>Renders the units of a host that renews the certificates of its member.</summary>
/// <param name="places">The paths.</param>
/// <param name="times">When the timer starts the service.</param>
internal sealed class IssuingUnits(MemberPlaces places, ScheduleTimes times) : ScheduleUnits(places, times)
{
    private MemberPlaces Places { get; } = places;

    /// <inheritdoc/>
    protected override string Subject => $"# member: {Places.Member.Name}\n";

    // Root, because only root may read the key of the host's authority.
    /// <inheritdoc/>
    protected override string Service() => $"""
        {Heading}[Unit]
        Description={Description}
        After=network-online.target {Places.Member.Unit}

        [Service]
        Type=oneshot
        User=root
        UMask=0077
        ExecStart=/bin/sh {Places.Script} {Places.Settings}
        TimeoutStartSec={Seconds(RunLimit)}

        NoNewPrivileges=yes
        ProtectSystem=strict
        ReadWritePaths={Places.Member.Layout.PkiDirectory} {Places.State}
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
