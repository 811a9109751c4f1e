using EtcdAdmin.Clusters;

namespace EtcdAdmin.Deployment;

/// <summary>Renders the systemd unit that runs a member.</summary>
/// <remarks>Names and meanings: systemd.service(5), systemd.exec(5). etcd itself tells systemd when it serves (Type=notify).</remarks>
internal static class SystemdUnit
{
    /// <summary>Where units of the administrator lie.</summary>
    public const string Directory = "/etc/systemd/system";

    /// <summary>The unit's path on the host.</summary>
    public static string Path(string unit) => $"{Directory}/{unit}";

    /// <summary>The text of the unit; the same for the same input, so that a changed text means a changed setting.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">A member that systemd runs.</param>
    public static string Render(string cluster, MemberSpec member)
    {
        string data = string.Join(' ', new[] { member.Directory, member.WalDirectory }.OfType<string>());
        // Required mounts are those that systemd knows; where the unit of the mount itself is lost, this keeps etcd off the disk below.
        string check = member.Volume is { } volume ? $"AssertPathIsMountPoint={volume.MountPoint}\n" : "";
        // A start has no time limit: without a quorum a member that is well is never ready, and killing it would help nobody.
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
            ExecStart={member.BinDirectory}/current/etcd --config-file {member.Layout.ConfigFile}
            Restart=always
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
