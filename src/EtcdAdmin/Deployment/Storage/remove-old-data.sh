# Removes the old data of a member that was moved, and its folder if that is empty.
# $1 old folder, $2 unit of its mount, $3 cluster, $4 member, $5 write-ahead log's folder or empty, $6 new folder
# $7 the list of the folders that EtcdAdmin created
# uses: work_alone

set -eu
work_alone
rm -rf -- "$1"/data.before-move-*
made=no
if [ ! -r "$7" ] || grep -qxF -- "$1" "$7"; then made=yes; fi
unit=/etc/systemd/system/$2
for used in "$5" "$6"; do
    case $used/ in "$1"/*) exit 0 ;; esac
done
if [ -f "$unit" ] && [ "$(sed -n 's/^# cluster: //p' "$unit")" = "$3" ] && [ "$(sed -n 's/^# member: //p' "$unit")" = "$4" ]; then
    systemctl --quiet disable "$2"
    systemctl stop "$2"
    rm -f -- "$unit"
    systemctl daemon-reload
    made=yes
fi
if [ "$made" = yes ]; then rmdir -- "$1" 2>/dev/null || :; fi
