using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Renders the systemd unit that runs a member.</summary>
/// <remarks>Names and meanings: systemd.service(5), systemd.exec(5). etcd notifies systemd when it serves (Type=notify).</remarks>
internal static class SystemdUnit
{
    // EX_CONFIG of sysexits.h; etcd itself exits with 1 or 2.
    private const int DataMissing = 78;

    /// <summary>The folder of the administrator's units.</summary>
    public const string Directory = "/etc/systemd/system";

    /// <summary>The unit's path on the host.</summary>
    public static string Path(string unit) => $"{Directory}/{unit}";

    /// <summary>The text of the unit. The same input gives the same text, so a changed text means a changed setting.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">A member that systemd runs.</param>
    public static string Render(string cluster, MemberSpec member) => Render(cluster, member, Start(cluster, member));

    /// <summary>
    /// The unit of earlier releases, which did not refuse to start without data. For a running member it makes no difference, so it is
    /// replaced without a restart.
    /// </summary>
    public static string RenderEarlier(string cluster, MemberSpec member) =>
        Render(cluster, member, $"ExecStart={Etcd(member)}\nRestart=always");

    /// <summary>Whether a unit is unchanged since this or an earlier release wrote it.</summary>
    public static bool IsWritten(string? unit, string cluster, MemberSpec member) =>
        new[] { Render(cluster, member), RenderEarlier(cluster, member) }.Any(written => unit == written || unit == SealedText.Unsealed(written));

    private static string Etcd(MemberSpec member) => $"{member.BinDirectory}/current/etcd --config-file {member.Layout.ConfigFile}";

    /// <summary>
    /// The start command. It refuses to start a member whose data is missing, at boot and by hand too, for example when a file system was not
    /// mounted or a folder was moved. The unit then fails and is not restarted. Only <see cref="SystemdMemberService"/> allows a start without
    /// data: the first start.
    /// </summary>
    /// <remarks>The check is in the main process: it sees the files as etcd does, as the same user, and only its exit code stops systemd from
    /// starting it again and again.</remarks>
    private static string Start(string cluster, MemberSpec member)
    {
        string allowed = SystemdMemberService.FirstStartFile(member.Unit ?? ""); // members that systemd runs have one
        string refusal =
            $"Member {member.Name} of cluster {cluster} was not started: it joined the cluster before, and its data is missing or cannot be read "
                + "here";
        string advice = "Started empty it could lose writes that it confirmed. Mount its file system or bring the folder back, then start it; "
            + $"or re-create it from the others with Repair-EtcdMember {member.Name}.";
        return $$"""
            ExecStart=/bin/sh -c 'if [ ! -e {{allowed}} ] && ! why=$$(LC_ALL=C ls -d {{member.DatabaseFile}} {{member.WalFolder}}/*.wal 2>&1 >/dev/null); then \
                set -f; echo "{{refusal}}:" $$why. "{{advice}}" >&2; exit {{DataMissing}}; fi; \
                exec {{Etcd(member)}}'
            ExecStartPost=-+/bin/rm -f {{allowed}}
            Restart=always
            RestartPreventExitStatus={{DataMissing}}
            """;
    }

    private static string Render(string cluster, MemberSpec member, string start)
    {
        string data = string.Join(' ', new[] { member.Directory, member.WalDirectory }.OfType<string>());
        // systemd requires only mounts that it knows. Where the unit of the mount is lost, this keeps etcd off the disk below.
        string check = member.Volume is { } volume ? $"AssertPathIsMountPoint={volume.MountPoint}\n" : "";
        // A start has no time limit: without a quorum a healthy member is never ready, and killing it would not help.
        return Sealed($"""
            # Written by EtcdAdmin. Changes made here are lost when it is applied again; use 'systemctl edit {member.Unit}'.
            # cluster: {cluster}
            # member: {member.Name}
            [Unit]
            Description=etcd, member {member.Name} of cluster {cluster}
            Documentation=https://etcd.io/docs
            Wants=network-online.target
            After=network-online.target time-sync.target
            RequiresMountsFor={data}
            {check}StartLimitIntervalSec=0

            [Service]
            Type=notify
            User={member.User}
            Group={member.User}
            UMask=0077
            {start}
            RestartSec=1
            TimeoutStartSec=infinity
            TimeoutStopSec={SystemdMemberService.StopSeconds}
            LimitNOFILE=65536
            Nice=-10
            IOSchedulingClass=best-effort
            IOSchedulingPriority=0
            OOMScoreAdjust=-500

            NoNewPrivileges=yes
            CapabilityBoundingSet=
            ProtectSystem=strict
            ReadWritePaths={data}
            ReadOnlyPaths={member.Layout.ConfigDirectory}
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            ProtectClock=yes
            ProtectHostname=yes
            ProtectControlGroups=yes
            ProtectKernelLogs=yes
            ProtectKernelModules=yes
            ProtectKernelTunables=yes
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes
            MemoryDenyWriteExecute=yes
            SystemCallArchitectures=native
            SystemCallFilter=@system-service

            [Install]
            WantedBy=multi-user.target

            """);
    }

    private static string Sealed(string text)
    {
        int rest = text.IndexOf("[Unit]", StringComparison.Ordinal);
        return SealedText.Seal(text[..rest], text[rest..]);
    }
}
