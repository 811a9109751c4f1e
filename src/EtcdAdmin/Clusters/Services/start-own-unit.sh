# Starts a unit that EtcdAdmin did not write, and waits for its process. Changes nothing else.
# $1 unit, $2 database, $3 folder of the write-ahead log
# Exits with 44 or 45, see require_data.
# uses: require_data

set -eu
if [ "$(systemctl show --property=MainPID --value "$1")" != 0 ]; then exit 0; fi
require_data "$2" "$3"
began=$(date +%s)
systemctl reset-failed "$1" 2>/dev/null || true
# Does not wait for "ready": etcd reports it only with a quorum, which needs the other members.
systemctl start --no-block "$1"
left=100
while [ "$left" -gt 0 ]; do
    if [ "$(systemctl show --property=MainPID --value "$1")" != 0 ]; then exit 0; fi
    case $(systemctl show --property=ActiveState --value "$1") in failed) break ;; esac
    sleep 0.05
    left=$((left - 1))
done
echo "systemd did not start $1: $(journalctl --unit="$1" --since="@$began" --lines=3 --output=cat --no-pager 2>/dev/null)" >&2
exit 1
