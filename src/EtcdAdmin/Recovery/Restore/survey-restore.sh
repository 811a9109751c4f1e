# Prints the facts of a host and the facts that a restore needs, one per line.
# Arguments: any number of
#   room with a folder
#   name with a host name to resolve
#   holder with member and database
#   reach with an address and a port
# uses: host_facts clock_fact lock_holders reach

room() { # folder
    place=$1
    while [ ! -d "$place" ] && [ -n "$place" ]; do place=${place%/*}; done
    df -Pk -- "${place:-/}" 2>/dev/null | {
        read -r _
        read -r _ _ _ free _ mount
        fact room "$1" "$free" "$mount"
    }
}
name() { # name
    if command -v getent >/dev/null 2>&1 && [ -z "$(getent ahosts "$1" 2>/dev/null)" ]; then fact unresolved "$1"; fi
}
holder() { # member, database
    for process in $(lock_holders "$2"); do
        fact holder "$1" "$process" "$(tr '\0\n\t' '   ' <"/proc/$process/cmdline")"
    done
}

host_facts
while [ $# -gt 0 ]; do
    case $1 in
        room) room "$2"; shift 2 ;;
        name) name "$2"; shift 2 ;;
        holder) holder "$2" "$3"; shift 3 ;;
        reach) reach "$2" "$3" & shift 3 ;;
    esac
done
wait
clock_fact
