# Prints the state of a schedule on a host, as lines name=value. systemctl prints times in the time zone of its environment. Files
# written by the user are read as that user, because root would follow the user's links. Only names that the script writes are
# taken from them. NextElapseUSecRealtime is the newest of systemctl's names for the next start.
# $1 timer, $2 service, $3 state folder, $4 settings, $5 timer file, $6 user or empty, then all files
# uses: as_user calendar_starts

set -u
TZ=UTC LC_ALL=C
export TZ LC_ALL
echo "now=$(date -u +%Y-%m-%dT%H:%M:%SZ)"
echo "enabled=$(systemctl is-enabled "$1" 2>/dev/null)"
echo "active=$(systemctl is-active "$1" 2>/dev/null)"
echo "running=$(systemctl is-active "$2" 2>/dev/null)"
echo "next=$(systemctl show --property=NextElapseUSecRealtime --value "$1" 2>/dev/null)"
timer=$5 settings=$4 state=$3 user=$6
shift 6
for file in "$@"; do
    if [ -f "$file" ]; then sum=$(sha256sum <"$file"); echo "file=${sum%% *}"; else echo file=; fi
done
if [ -f "$timer" ]; then
    echo "since=$(date -u -r "$timer" +%Y-%m-%dT%H:%M:%SZ)"
    sed -n 's/^OnCalendar=/calendar=/p' "$timer"
    sed -n 's/^OnCalendar=//p' "$timer" | while IFS= read -r calendar; do calendar_starts "$calendar"; done
fi
if [ -f "$settings" ]; then
    destination=$(sed -n "s/^destination='\(\/[A-Za-z0-9._\/-]*\)'\$/\1/p" "$settings")
    echo "destination=$destination"
    sed -n "s/^s3_name='\(s3:\/\/[A-Za-z0-9._\/-]*\)'\$/store=\1/p" "$settings"
    for rule in window_seconds fragmentation_percent size_bytes quota_percent gain_bytes keep every_seconds days_left; do
        sed -n "s/^\($rule\)='\([0-9]*\)'\$/\1=\2/p" "$settings"
    done
    for place in home textfiles snapshots; do
        sed -n "s/^\($place\)='\(\/.*\)'\$/\1=\2/p" "$settings"
    done
    # shellcheck disable=SC2016 # it is the inner shell that expands these
    as_user "$user" sh -c '
        [ -z "$1" ] || for snapshot in "$1"/etcd-snapshot-*.db; do
            if [ -f "$snapshot" ]; then echo "snapshot=$(wc -c <"$snapshot")"; fi
        done
        [ -e "$2/state" ] || [ -L "$2/state" ] || exit 0
        [ -f "$2/state" ] && [ -s "$2/state" ] && sed -n /^last_/p "$2/state"
    ' sh "$destination" "$state" </dev/null || echo notes=unreadable
fi
