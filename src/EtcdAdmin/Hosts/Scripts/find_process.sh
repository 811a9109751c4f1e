# find_process PIDFILE CONFIGURATION: whether the etcd of a member runs; sets pid to its process id. The id may have been reused
# by another process, so the process must also have our configuration file in its arguments. A zombie process has no arguments,
# so it is correctly not found.
find_process() {
    pid=
    if [ -r "$1" ]; then read -r pid <"$1" || true; fi
    case "$pid" in ''|*[!0-9]*) return 1 ;; esac
    kill -0 "$pid" 2>/dev/null || return 1
    if [ -r "/proc/$pid/cmdline" ]; then
        tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -- "$2"
    else
        ps -o args= -p "$pid" | grep -qF -- "$2"
    fi
}
