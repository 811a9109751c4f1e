# monitor_places CLUSTER: sets the folders of the health monitor of a cluster on this machine, for the user that runs this: units,
# own (script and settings), state; and name, the name of its units.
# shellcheck disable=SC2034 # the scripts use these
monitor_places() {
    name=etcd-monitor-$1
    if [ "$(id -u)" -eq 0 ]; then
        units=/etc/systemd/system own=/etc/$name state=/var/lib/$name
    else
        units=$HOME/.config/systemd/user own=$HOME/.config/$name state=$HOME/.local/state/$name
    fi
}
