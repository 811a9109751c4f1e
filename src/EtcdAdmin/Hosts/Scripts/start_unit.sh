# start_unit UNIT SECOND: starts a unit and waits until it has a process. SECOND is when the work began, for the log.
# Does not wait for "ready": etcd reports it only with a quorum, which needs the other members. Ends the script with 46 if the unit fails, or has
# no process for several seconds, as one that always ends at once.
start_unit() {
    systemctl reset-failed "$1" 2>/dev/null || true
    systemctl start --no-block "$1"
    left=100
    while [ "$left" -gt 0 ]; do
        if [ "$(systemctl show --property=MainPID --value "$1")" != 0 ]; then return 0; fi
        case $(systemctl show --property=ActiveState --value "$1") in failed) break ;; esac
        sleep 0.05
        left=$((left - 1))
    done
    echo "systemd did not start $1: $(journalctl --unit="$1" --since="@$2" --lines=3 --output=cat --no-pager 2>/dev/null)" >&2
    exit 46
}
