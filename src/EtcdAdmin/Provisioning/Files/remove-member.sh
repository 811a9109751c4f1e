# Removes a member from its host: only the files of EtcdAdmin, by name. A folder with other files is kept. Schedules are removed,
# snapshots are kept. Mounts of the member are found by the heading of their unit; the devices keep their file systems.
# $1 data's parent folder, $2 configuration's folder, $3 keep data (yes, no), $4 unit or empty, $5 write-ahead log's folder or
# empty
# $6 user or empty, $7 cluster, $8 member
# $9 the list of the folders that EtcdAdmin created
# ${10} folder with kept files
# ${11} folder of the scripts that roll restores back
# ${12} the comment of a user that EtcdAdmin created
# Then former folders of the data
# uses: forget_schedule

set -u
dir=$1 config=$2 keep=$3 unit=$4 wal=$5 user=$6 cluster=$7 member=$8 list=$9 before=${10} scripts=${11} remark=${12}
shift 12
made=
if [ -r "$list" ]; then made=$(cat "$list"); fi
remove_folder() { # a folder that was there before is kept, for root; older installations have no list of created folders
    if [ ! -d "$1" ]; then return; fi
    if [ -z "$made" ] || printf '%s\n' "$made" | grep -qxF -- "$1"; then rmdir -- "$1" 2>/dev/null; fi
}
give() { # files of the user are given to root: the next user may get the same id
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
for kind in snapshot maintenance certificates; do
    name=etcd-$kind-$cluster
    if [ -z "$unit" ] || [ ! -e "/etc/systemd/system/$name.timer" ]; then continue; fi
    systemctl --quiet disable --now "$name.timer"
    systemctl stop "$name.service"
    rm -f -- "/etc/systemd/system/$name.timer" "/etc/systemd/system/$name.service" "/etc/$name/$kind-schedule".*
    forget_schedule "/var/lib/$name" "/etc/$name"
    systemctl daemon-reload
    systemctl reset-failed "$name.timer" "$name.service" 2>/dev/null
done
if [ "$keep" = no ]; then
    for folder in "$dir" "$@"; do remove_data "$folder"; done
    if [ -n "$unit" ]; then
        rm -f -- "/etc/systemd/system/$unit".member-files-* "$scripts/$cluster/$member"/roll-back-restore-*.sh
        rmdir -- "$scripts/$cluster/$member" "$scripts/$cluster" "$scripts" 2>/dev/null
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
rm -rf -- "$config/pki" "$before"
rm -f -- "$config/etcd.conf.yml" "$dir/etcd.log" "$dir/etcd.pid" "$config"/*.part "$config"/*.next "$config"/*.kept "$config"/*.before "$dir"/*.part "$list"
if [ "$keep" = no ]; then for folder in "$@"; do remove_folder "$folder"; done; fi
for folder in "$config" "$dir"; do remove_folder "$folder"; done
if [ "$keep" = no ] && [ -n "$user" ] && getent passwd "$user" | grep -q -F -- ":$remark:"; then
    for folder in "$config" "$dir" "$wal" "$@" "$destination" /var/backups/etcd-*; do give "$folder"; done
    userdel -- "$user" >&2
fi
exit 0
