# owner MEMBER UNIT CONFIGURATION DATA WAL AUTHORITY PIDFILE: prints one fact about the etcd that runs in the place of a member:
# which cluster and member it belongs to. UNIT is empty if there is no unit, WAL if the write-ahead log is in the data folder.
# uses: fact lock_holders
command_of() { # process
    if [ -n "$1" ] && [ -r "/proc/$1/cmdline" ]; then tr '\0\n\t' '   ' <"/proc/$1/cmdline"; fi
}
ports_of() { # process
    # shellcheck disable=SC2012 # the kernel names them, by numbers
    port_sockets=" $(ls -l "/proc/$1/fd" 2>/dev/null | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p' | tr '\n' ' ')"
    grep -h ' 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ port_local _ _ _ _ _ _ _ port_inode _; do
        case $port_sockets in *" $port_inode "*) printf '%d\n' "0x${port_local##*:}" ;; esac
    done | sort -nu | tr '\n' ' '
}
# ETCD_ variables may contain secrets: only the variable of the data folder is read.
data_of() { # process
    data_folder=$(tr '\0' '\n' <"/proc/$1/cmdline" | sed -n -e '/^--*data-dir$/{n;p;}' -e 's/^--*data-dir=//p' | head -n 1)
    if [ -z "$data_folder" ]; then data_folder=$(tr '\0' '\n' <"/proc/$1/environ" | sed -n 's/^ETCD_DATA_DIR=//p' | head -n 1); fi
    printf '%s' "$data_folder" | tr '\t' ' '
} 2>/dev/null
package_of() { # file
    package_found=$(dpkg-query -S "$1" 2>/dev/null | sed -n '1s/:.*//p')
    # A host can have both: alien and mixed systems.
    if [ -z "$package_found" ]; then package_found=$(rpm -qf --qf '%{NAME}' "$1" 2>/dev/null) || package_found=; fi
    printf '%s' "$package_found"
}
entry_of() { # configuration, entry
    sed -n "s/^$2: *//p" "$1" | head -n 1 | tr '\t' ' '
}
of_unit() { # process, unit: whether systemd started it for that unit; prints nothing if that is unknown
    if [ -n "$1" ] && [ -n "$2" ] && [ -r "/proc/$1/cgroup" ]; then
        if cut -d : -f 3- "/proc/$1/cgroup" 2>/dev/null | grep -q -F -e "/$2"; then echo yes; else echo no; fi
    fi
}
owner() {
    own_unit='' own_cluster='' own_member='' own_package='' own_uses='' own_heading='' own_name='' own_token='' own_data='' own_authority=
    own_pid='' own_folder='' own_ports='' own_holder='' own_of_unit='' own_wal=
    if [ -n "$2" ]; then
        own_unit=/etc/systemd/system/$2
        if [ ! -f "$own_unit" ]; then own_unit=$(systemctl show --property=FragmentPath --value "$2" 2>/dev/null); fi
        if [ -f "$own_unit" ]; then
            own_cluster=$(sed -n 's/^# cluster: //p' "$own_unit" | head -n 1)
            own_member=$(sed -n 's/^# member: //p' "$own_unit" | head -n 1)
            if grep -q -F -- "$3" "$own_unit"; then own_uses=yes; fi
            case $own_unit in /etc/*) ;; *) own_package=$(package_of "$own_unit") ;; esac
        else
            own_unit=
        fi
        own_pid=$(systemctl show --property=MainPID --value "$2" 2>/dev/null)
    elif [ -r "$7" ]; then
        read -r own_pid <"$7" || true
    fi
    case $own_pid in '' | 0 | *[!0-9]*) own_pid= ;; *) if [ ! -e "/proc/$own_pid" ]; then own_pid=; fi ;; esac
    if [ -s "$3" ]; then
        own_heading=no
        case $(head -n 1 "$3") in '# Written by EtcdAdmin'*) own_heading=yes ;; esac
        own_name=$(entry_of "$3" name)
        own_token=$(entry_of "$3" initial-cluster-token)
        own_data=$(entry_of "$3" data-dir)
    fi
    if [ -s "$6" ]; then own_authority=$(tr -d ' \r\n' <"$6" | sha256sum) && own_authority=${own_authority%% *}; fi
    own_holder=$(lock_holders "$4/member/snap/db" | head -n 1)
    own_of_unit=$(of_unit "$own_holder" "$2")
    own_shown=${own_holder:-$own_pid}
    if [ -n "$own_shown" ]; then own_folder=$(data_of "$own_shown") own_ports=$(ports_of "$own_shown"); fi
    # The second record of every log segment contains the cluster id and the member id (server/storage/wal/wal.go, Create and
    # cut).
    for own_segment in "${5:-$4/member/wal}"/*.wal; do
        if [ -r "$own_segment" ]; then own_wal=$(od -An -v -tx1 -N 128 -- "$own_segment" | tr -d ' \n'); break; fi
    done
    fact owner "$1" "$own_unit" "$own_cluster" "$own_member" "$own_package" "$own_uses" "$own_heading" "$own_name" "$own_token" "$own_data" \
        "$own_authority" "$own_pid" "$(command_of "$own_pid")" "$own_holder" "$(command_of "$own_holder")" "$own_folder" "$own_ports" "$own_wal" "$own_of_unit"
}
