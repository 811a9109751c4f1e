# Prints the facts of a host and the facts for moving the data of a member, one fact per line.
# Arguments: any number of
#   current with configuration and unit
#   place with a folder that data may move to
#   former with a folder that may hold data which was moved aside
#   volume with the arguments of that function
# uses: host_facts clock_fact lock_holders volume

superseded() { # folder: whether it holds data that was moved aside
    for found in "$1"/data.before-move-*; do [ -e "$found" ] && return 0; done
    return 1
}
current() { # configuration, unit: the files that the member runs with
    data='' size='' has=no aside=no config='' unit=
    if [ -r "$1" ]; then
        data=$(sed -n 's/^data-dir: *//p' "$1")
        config=$(sha256sum <"$1") && config=${config%% *}
    fi
    if [ -r "/etc/systemd/system/$2" ]; then unit=$(sha256sum <"/etc/systemd/system/$2") && unit=${unit%% *}; fi
    if [ -n "$data" ] && [ -e "$data/member" ]; then has=yes; size=$(du -s -k -- "$data"); size=${size%%[!0-9]*}; fi
    if [ -n "$data" ] && superseded "${data%/data}"; then aside=yes; fi
    # A member that is about to be restarted counts as running.
    case $(systemctl show --property=ActiveState --value "$2" 2>/dev/null) in inactive | failed | '') active=no ;; *) active=yes ;; esac
    fact current "$data" "$has" "$size" "$aside" "$active" "$config" "$unit"
}
former() { # folder
    if superseded "$1"; then fact former "$1"; fi
}
place() { # folder
    others=no data=no moving=no up=$1
    for entry in "$1"/* "$1"/.[!.]*; do
        if [ ! -e "$entry" ]; then continue; fi
        case ${entry##*/} in data | data.* | lost+found) ;; *) others=yes ;; esac
    done
    if [ -e "$1/data/member" ]; then data=yes; fi
    if [ -n "$(lock_holders "$1/data/member/snap/db")" ]; then data=open; fi
    if [ -e "$1/data.moving" ]; then moving=yes; fi
    while [ ! -d "$up" ]; do up=${up%/*}; if [ -z "$up" ]; then up=/; fi; done
    fact place "$1" "$others" "$data" "$moving" "$(df -P -k -- "$up" | { read -r _; read -r _ _ _ free _; echo "$free"; })"
}

host_facts
while [ $# -gt 0 ]; do
    case $1 in
        current) current "$2" "$3"; shift 3 ;;
        place) place "$2"; shift 2 ;;
        former) former "$2"; shift 2 ;;
        volume) volume "$2" "$3" "$4" "$5" "$6" "$7"; shift 7 ;;
    esac
done
clock_fact
