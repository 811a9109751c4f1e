# Prints the facts of a host, and the facts that a restore needs, one a line.
# Arguments: any number of
#   room with a folder
#   name with a host name to resolve
#   holder with member and database
#   reach with an address and a port
# uses: host_facts clock_fact reach

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
# bbolt locks the database of a running member with flock(2), whatever the program's name; /proc/locks lists the process with the
# lock.
holder() { # member, database
    if [ ! -e "$2" ] || [ ! -r /proc/locks ]; then return; fi
    inode=$(stat -L -c %i -- "$2")
    while read -r _ kind _ _ process place _; do
        if [ "$kind" != FLOCK ] || [ "${place##*:}" != "$inode" ]; then continue; fi
        for open in "/proc/$process/fd"/*; do
            # shellcheck disable=SC3013 # dash, bash and busybox have -ef
            if [ "$open" -ef "$2" ]; then
                fact holder "$1" "$process" "$(tr '\0\n\t' '   ' <"/proc/$process/cmdline")"
                break
            fi
        done
    done </proc/locks
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
