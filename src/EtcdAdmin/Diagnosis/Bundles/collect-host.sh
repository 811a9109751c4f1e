# Prints what a support bundle has of a host, and changes nothing. Each part is two lines: "part", its kind and its name,
# separated by tabs; then its content in base64, with one byte more than the limit if it was cut. Kinds: text keeps its
# beginning, log its end; certificates are the certificates of a file, without its keys.
# $1 the limit of a part in bytes, $2 begin and $3 end of the time window in seconds since 1970, the end empty for now; then any number of
#   member with name, unit or empty, configuration or empty, data, write-ahead log, log, certificates, program
#   file with member and path: a further file of its configuration
#   certificate with member and path
# uses: host_facts clock_fact find_process

more=$(($1 + 1)) begin=$2 end=$3
shift 3

# A command that does not exist here is left out; one that hangs (a dead file server) is ended.
limited() { if command -v timeout >/dev/null 2>&1; then timeout 30 "$@"; else "$@"; fi; }
run() {
    command -v "$1" >/dev/null 2>&1 || return 0
    printf '$ %s\n' "$*"
    limited "$@" </dev/null 2>&1 || printf '(exit code %s)\n' "$?"
    echo
}
show() { for shown in "$@"; do if [ -r "$shown" ]; then run cat "$shown"; fi; done; }
packed() { base64 | tr -d '\n'; echo; }
text() {
    printf 'part\ttext\t%s\n' "$1"
    shift
    "$@" 2>&1 | head -c "$more" | packed
}
log() {
    printf 'part\tlog\t%s\n' "$1"
    shift
    limited "$@" 2>&1 | tail -c "$more" | packed
}
certificates() { # name, file
    [ -r "$2" ] || return 0
    printf 'part\tcertificates\t%s\n' "$1"
    sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' "$2" | head -c "$more" | packed
}
journal() { # name, options
    command -v journalctl >/dev/null 2>&1 || return 0
    name=$1
    shift
    if [ -n "$end" ]; then set -- "$@" "--until=@$end"; fi
    log "$name" journalctl "$@" "--since=@$begin" --output=short-iso-precise --all --no-pager --quiet
}

facts() { host_facts; clock_fact; }
system() { run uname -a; run uptime; show /etc/os-release /proc/cpuinfo /proc/loadavg /proc/pressure/cpu /proc/pressure/io /proc/pressure/memory; }
memory() { show /proc/meminfo /proc/swaps /proc/vmstat; }
limits() {
    show /proc/sys/fs/file-max /proc/sys/fs/file-nr /proc/sys/kernel/pid_max /proc/sys/vm/swappiness /proc/sys/vm/overcommit_memory \
        /proc/sys/vm/dirty_ratio /proc/sys/vm/dirty_background_ratio /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/tcp_keepalive_time \
        /proc/sys/net/ipv4/ip_local_port_range
    show /proc/self/limits
}
disks() { run df -P -k -T; run df -P -i; run lsblk; show /proc/mounts /proc/diskstats; }
network() {
    if command -v ip >/dev/null 2>&1; then
        run ip addr; run ip -s link; run ip route; run ip -6 route; run ip rule
    else
        show /proc/net/dev /proc/net/route /proc/net/fib_trie
    fi
    if command -v ss >/dev/null 2>&1; then run ss -lntup; run ss -s; else show /proc/net/tcp /proc/net/tcp6; fi
    show /etc/hosts /etc/resolv.conf
}
clock() {
    run date -u; run timedatectl status; run timedatectl timesync-status
    run chronyc -n tracking; run chronyc -n sources; run ntpq -pn
}
units() { run systemctl list-units --all --no-pager 'etcd*'; run systemctl --failed --no-pager; run systemctl list-timers --all --no-pager; }

unit() { run systemctl status --no-pager --full --lines=0 "$1"; run systemctl show --no-pager "$1"; run systemctl cat --no-pager "$1"; }
process() { # process id
    show "/proc/$1/limits" "/proc/$1/status" "/proc/$1/io"
    run ls -l "/proc/$1/exe"
    printf 'Command line:\n'
    tr '\0' '\n' <"/proc/$1/cmdline"
    printf '\nEnvironment (ETCD_, GO):\n'
    tr '\0' '\n' <"/proc/$1/environ" | grep -E '^(ETCD_|GO)'
    set -- "/proc/$1/fd"/*
    printf '\nOpen files: %s\n' "$#"
}
listing() { # data, write-ahead log
    run ls -lnA "$1"; run ls -lnA "$1/member"; run ls -lnA "$1/member/snap"; run ls -lnA "$2"
    run du -sk "$1" "$2"; run df -P -k "$1" "$2"
}
program() { run ls -l "$1"; run "$1" --version; }
member() { # name, unit, configuration, data, write-ahead log, log, certificates, program
    at=members/$1 pid=
    if [ -n "$2" ]; then
        pid=$(systemctl show --property=MainPID --value "$2" 2>/dev/null)
        text "$at/unit.txt" unit "$2"
        journal "$at/journal.log" "--unit=$2"
    else
        find_process "${6%/*}/etcd.pid" "$3" || pid=
        if [ -r "$6" ]; then log "$at/etcd.log" cat "$6"; fi
    fi
    if [ -n "$3" ]; then text "$at/configuration.txt" show "$3"; fi
    if [ -n "$pid" ] && [ "$pid" != 0 ] && [ -r "/proc/$pid/cmdline" ]; then text "$at/process.txt" process "$pid"; fi
    text "$at/data.txt" listing "$4" "$5"
    text "$at/program.txt" program "$8"
    for file in "$7"/*.crt; do certificates "$at/certificates.txt" "$file"; done
}

text host/facts.txt facts
text host/system.txt system
text host/memory.txt memory
text host/limits.txt limits
text host/disks.txt disks
text host/network.txt network
text host/time.txt clock
if command -v systemctl >/dev/null 2>&1; then text host/units.txt units; fi
journal host/kernel.log --dmesg
while [ $# -gt 0 ]; do
    case $1 in
        member) member "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9"; shift 9 ;;
        file) text "members/$2/configuration.txt" show "$3"; shift 3 ;;
        certificate) certificates "members/$2/certificates.txt" "$3"; shift 3 ;;
    esac
done
