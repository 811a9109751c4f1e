# Prints the facts of a host and the requested facts, one fact per line.
# Arguments: any number of
#   member with name, certificates, data, configuration, program, unit or empty, write-ahead log or empty, authority of its peers or empty
#   owner and volume with the arguments of these functions
#   resolve with an address
#   reach with an address and a port
# uses: host_facts clock_fact outdated owner volume reach

member() { # name, certificates, data, configuration, program, unit, write-ahead log, authority of its peers
    config='' unit='' pki=no data=no binary=no pid='' log=no outdated=no
    if [ -r "$4" ]; then config=$(sha256sum <"$4") && config=${config%% *}; fi
    if [ -n "$6" ]; then
        if [ -r "/etc/systemd/system/$6" ]; then unit=$(sha256sum <"/etc/systemd/system/$6") && unit=${unit%% *}; fi
        pid=$(systemctl show --property=MainPID --value "$6" 2>/dev/null)
    fi
    if [ -s "$2/server.key" ] && [ -s "$2/peer.key" ] && [ -s "$2/server.crt" ] && [ -s "$2/peer.crt" ] && [ -s "$2/ca.crt" ]; then
        if [ -z "$8" ] || [ -s "$8" ]; then pki=yes; fi
    fi
    if [ -e "$3/member" ]; then data=yes; fi
    if [ -x "$5" ]; then binary=yes; fi
    if [ -n "$7" ] && [ -e "$7" ]; then log=yes; fi
    started=$pid
    if [ -z "$6" ] && [ -r "${4%/*}/etcd.pid" ]; then started=$(cat "${4%/*}/etcd.pid"); fi
    if outdated "$4" "$6" "$started"; then outdated=yes; fi
    fact member "$1" "$config" "$unit" "$pki" "$data" "$binary" "$pid" "$log" "$outdated"
}
resolve() { # address
    fact resolve "$1" "$(getent ahosts "$1" 2>/dev/null | while read -r ip kind _; do if [ "$kind" = STREAM ]; then printf '%s ' "$ip"; fi; done)"
}

host_facts
while [ $# -gt 0 ]; do
    case $1 in
        member) member "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9"; shift 9 ;;
        owner) owner "$2" "$3" "$4" "$5" "$6" "$7" "$8"; shift 8 ;;
        volume) volume "$2" "$3" "$4" "$5" "$6" "$7"; shift 7 ;;
        resolve) resolve "$2"; shift 2 ;;
        reach) reach "$2" "$3" & shift 3 ;;
    esac
done
wait
clock_fact
