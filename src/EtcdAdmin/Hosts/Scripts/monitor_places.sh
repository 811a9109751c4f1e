# monitor_places CLUSTER WORD: sets the folders of a timer for a cluster on this machine, for the user that runs this: units, own (script
# and settings), state; and name, the name of its units. WORD says what it does: monitor, renewal.
# shellcheck disable=SC2034 # the scripts use these
monitor_places() {
    name=etcd-$2-$1
    if [ "$(id -u)" -eq 0 ]; then
        units=/etc/systemd/system own=/etc/$name state=/var/lib/$name
    else
        units=$HOME/.config/systemd/user own=$HOME/.config/$name state=$HOME/.local/state/$name
    fi
}
