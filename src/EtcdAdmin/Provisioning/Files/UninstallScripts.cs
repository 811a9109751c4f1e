using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Schedules;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>What uninstalling does on a host. Only what EtcdAdmin has put there is named; whatever else lies in a folder keeps it from being removed.</summary>
internal static class UninstallScripts
{
    /// <summary>$1 data's parent folder, $2 configuration's folder, $3 keep data (yes, no), $4 unit or empty, $5 write-ahead log's folder or empty, $6 user or empty, $7 cluster, $8 member, then former folders of the data.</summary>
    /// <remarks>A snapshot schedule goes along; snapshots stay. Mounts made for the member are known by the heading of their unit; the devices keep their file systems.</remarks>
    public const string RemoveMember = $$"""
        set -u
        {{ScheduleScripts.Forget}}
        dir=$1 config=$2 keep=$3 unit=$4 wal=$5 user=$6 cluster=$7 member=$8
        shift 8
        made=
        if [ -r "$config/{{MemberFileScripts.MadeFolders}}" ]; then made=$(cat "$config/{{MemberFileScripts.MadeFolders}}"); fi
        remove_folder() { # one that was there before stays, for root; installations from before there was a list know no such folders
            if [ ! -d "$1" ]; then return; fi
            if [ -z "$made" ] || printf '%s\n' "$made" | grep -qxF -- "$1"; then rmdir -- "$1" 2>/dev/null; fi
        }
        give() { # what the user has there becomes root's: the next user may get the same id
            if [ -d "$1" ] && [ ! -L "$1" ]; then find "$1" -xdev -user "$user" -exec chown -h root:root {} +; fi
        }
        destination=$(sed -n "s/^destination='\(\/[A-Za-z0-9._\/-]*\)'\$/\1/p" "/etc/etcd-snapshot-$cluster/snapshot-schedule.conf" 2>/dev/null)
        remove_data() { rm -rf -- "$1/data" "$1"/data.before-* "$1"/data.restored-* "$1/data.restore" "$1/data.restore.db" "$1/data.moving"; rm -f -- "$1"/roll-back-restore-*.sh; }
        if [ -n "$unit" ] && [ -e "/etc/systemd/system/$unit" ]; then
            systemctl --quiet disable "$unit"
            rm -f -- "/etc/systemd/system/$unit" "/etc/systemd/system/$unit.next" "/etc/systemd/system/$unit.before"
            systemctl daemon-reload
            systemctl reset-failed "$unit" 2>/dev/null
            rm -f -- "/run/etcdadmin.first-start.$unit" "/run/etcdadmin.started.$unit"
        fi
        if [ -n "$unit" ] && [ -e "/etc/systemd/system/etcd-snapshot-$cluster.timer" ]; then
            systemctl --quiet disable --now "etcd-snapshot-$cluster.timer"
            systemctl stop "etcd-snapshot-$cluster.service"
            rm -f -- "/etc/systemd/system/etcd-snapshot-$cluster.timer" "/etc/systemd/system/etcd-snapshot-$cluster.service" "/etc/etcd-snapshot-$cluster"/snapshot-schedule.*
            forget "/var/lib/etcd-snapshot-$cluster" "/etc/etcd-snapshot-$cluster"
            systemctl daemon-reload
        fi
        if [ "$keep" = no ]; then
            for folder in "$dir" "$@"; do remove_data "$folder"; done
            if [ -n "$unit" ]; then
                rm -f -- "/etc/systemd/system/$unit".member-files-* "{{RollBackScript.Folder}}/$cluster/$member"/roll-back-restore-*.sh
                rmdir -- "{{RollBackScript.Folder}}/$cluster/$member" "{{RollBackScript.Folder}}/$cluster" "{{RollBackScript.Folder}}" 2>/dev/null
            fi
            if [ -n "$wal" ]; then rm -rf -- "$wal/wal" "$wal"/wal.before-* "$wal"/wal.restored-* "$wal/wal.restore"; remove_folder "$wal"; fi
        fi
        if [ "$keep" = no ] && [ -n "$unit" ]; then
            for mount in /etc/systemd/system/*.mount; do
                if [ ! -f "$mount" ] || [ "$(sed -n 's/^# cluster: //p' "$mount")" != "$cluster" ] || [ "$(sed -n 's/^# member: //p' "$mount")" != "$member" ]; then
                    continue
                fi
                if [ -n "$made" ]; then made=$(printf '%s\n' "$made"; sed -n 's/^Where=//p' "$mount"); fi
                systemctl --quiet disable "${mount##*/}"
                systemctl stop "${mount##*/}"
                rm -f -- "$mount"
                systemctl daemon-reload
            done
        fi
        rm -rf -- "$config/pki" "$config{{KeptFiles.Mark}}"
        rm -f -- "$config/etcd.conf.yml" "$dir/etcd.log" "$dir/etcd.pid" "$config"/*.part "$config"/*.next "$config"/*.kept "$config"/*.before "$dir"/*.part "$config/{{MemberFileScripts.MadeFolders}}"
        if [ "$keep" = no ]; then for folder in "$@"; do remove_folder "$folder"; done; fi
        for folder in "$config" "$dir"; do remove_folder "$folder"; done
        if [ "$keep" = no ] && [ -n "$user" ] && getent passwd "$user" | grep -q -F ':{{MemberFileScripts.UserRemark}}:'; then
            for folder in "$config" "$dir" "$wal" "$@" "$destination" /var/backups/etcd-*; do give "$folder"; done
            userdel -- "$user" >&2
        fi
        exit 0
        """;

    /// <summary>What <see cref="RemoveMember"/> is given.</summary>
    public static string[] Arguments(string cluster, MemberSpec member, bool removeData) =>
    [
        member.Directory, member.Layout.ConfigDirectory, removeData ? "no" : "yes", member.Unit ?? "", member.WalDirectory ?? "",
        member.User ?? "", cluster, member.Name, .. member.FormerDirectories ?? [],
    ];

    /// <summary>$1 folder of the releases, $2 version or empty for the folder as a whole, with the cluster's that it is in on this machine.</summary>
    public const string RemovePrograms = """
        set -u
        if [ -n "$2" ]; then
            rm -rf -- "$1/$2"
            if [ "$(readlink -- "$1/current" 2>/dev/null)" = "$2" ]; then rm -f -- "$1/current"; fi
            rmdir -- "$1" 2>/dev/null
        else
            rm -rf -- "$1"
        fi
        if [ -z "$2" ]; then rmdir -- "${1%/*}" 2>/dev/null; fi
        exit 0
        """;
}
