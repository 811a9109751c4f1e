# outdated FILE UNIT PROCESS: whether FILE was changed after the start of PROCESS. UNIT is empty if there is no unit.
stamp() { # unit, option
    # shellcheck disable=SC2086 # split on purpose
    TZ=UTC systemctl show $2 --property=ExecMainStartTimestamp --value "$1" 2>/dev/null
}
# The times in /proc/PID are those of the first access to it. systemd knows when it started a process ("Mon 2026-11-23
# 05:25:42.123456 UTC", without fractions before version 247). Without systemd, the start is computed from the 22nd field of
# proc_pid_stat(5), with an error of up to two seconds. If the start is not known exactly, the latest possible time is used: a
# file written just before the start must never count as newer.
started() { # unit, process: seconds and microseconds
    if [ -n "$1" ]; then
        # shellcheck disable=SC2046 # split on purpose
        set -- $(stamp "$1" --timestamp=us || stamp "$1" '')
        if [ $# -lt 3 ]; then return; fi
        micros=999999
        case $3 in *.*) micros=$(printf %.6s "${3#*.}000000") ;; esac
        echo "$(date -u -d "$2 ${3%.*}" +%s) $micros"
    elif read -r stat <"/proc/$2/stat"; then
        # shellcheck disable=SC2086 # split on purpose
        set -- ${stat##*) }
        ticks=${20}
        hertz=$(getconf CLK_TCK 2>/dev/null || echo 100)
        while read -r name value _; do
            if [ "$name" = btime ]; then echo "$((value + ticks / hertz + 2)) 999999"; fi
        done </proc/stat
    fi 2>/dev/null
}
outdated() {
    if [ ! -r "$1" ] || [ -z "$3" ] || [ "$3" = 0 ]; then return 1; fi
    # shellcheck disable=SC2046 # split on purpose
    set -- "$1" $(started "$2" "$3")
    if [ $# -ne 3 ]; then return 1; fi
    changed=$(stat -c %Y -- "$1")
    micros=$(stat -c %y -- "$1")
    case $micros in *.*) micros=$(printf %.6s "${micros#*.}000000") ;; *) micros=000000 ;; esac
    [ "$changed" -gt "$2" ] || { [ "$changed" -eq "$2" ] && [ "1$micros" -gt "1$3" ]; }
}
