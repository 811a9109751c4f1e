# own_systemd: from here on, systemctl and journalctl mean the systemd of the user that runs this; root's is the one of the system.
# shellcheck disable=SC2317 # the script after it calls these
own_systemd() {
    [ "$(id -u)" -ne 0 ] || return 0
    XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
    export XDG_RUNTIME_DIR
    systemctl() { command systemctl --user "$@"; }
    journalctl() { command journalctl --user "$@"; }
}
