# Prints what etcd runs and is installed on a host: processes, units, their files. Changes nothing.
# Contents of files, command lines and variables are in base64. Variables with secrets are not printed.
# uses: fact owner

plain() { base64 | tr -d '\n'; }
version_of() { # program, process or empty: the release that a program reports
    if [ -n "$1" ] && [ -x "$1" ]; then
        env -i timeout 5 "$1" --version 2>/dev/null | sed -n 's/^etcd Version: *//p' | head -n 1
    fi
}
package_line() { # file: name and version of the package that it belongs to
    package_name=$(package_of "$1")
    if [ -z "$package_name" ]; then
        # Hosts with a merged /usr have files under both names.
        case $1 in /usr/*) package_name=$(package_of "${1#/usr}") ;; /*) package_name=$(package_of "/usr$1") ;; esac
    fi
    case $package_name in '' | *'not owned'*) printf '\t'; return ;; esac
    # shellcheck disable=SC2016 # dpkg-query replaces it
    package_version=$(dpkg-query -W -f '${Version}' "$package_name" 2>/dev/null || rpm -q --qf '%{VERSION}' "$package_name" 2>/dev/null)
    printf '%s\t%s' "$package_name" "$package_version"
}
# The folder on the host that a process in a container sees under another name: the mount that contains it, and a mount of the
# host with the same device. Prints nothing if the folder is in the container only. Fields: proc_pid_mountinfo(5).
on_host() { # process, path
    awk -v path="$2" -v own="/proc/$1/mountinfo" '
        function holds(folder, place) { return folder == "/" || place == folder || index(place, folder "/") == 1 }
        function after(folder, place) { return folder == "/" ? (place == "/" ? "" : place) : substr(place, length(folder) + 1) }
        BEGIN {
            while ((getline line <own) > 0) {
                split(line, f, " ")
                if (holds(f[5], path) && length(f[5]) >= length(best)) { best = f[5]; device = f[3]; root = f[4] }
            }
            if (best == "") exit
            full = (root == "/" ? "" : root) after(best, path)
            while ((getline line <"/proc/self/mountinfo") > 0) {
                split(line, f, " ")
                if (f[3] == device && holds(f[4], full) && length(f[4]) >= length(most)) { most = f[4]; at = f[5] }
            }
            if (most != "") print (at == "/" ? "" : at) after(most, full)
        }' 2>/dev/null
}
file_fact() { # path as shown, path to read
    if [ -f "$2" ] && [ -r "$2" ]; then fact file "$1" "$(head -c 262144 -- "$2" | plain)"; fi
}
ids_of() { # folder of the write-ahead log: the start of a segment, see owner
    for ids_segment in "$1"/*.wal; do
        if [ -r "$ids_segment" ]; then od -An -v -tx1 -N 128 -- "$ids_segment" | tr -d ' \n'; break; fi
    done
}
process() { # process
    process_exe=$(readlink "/proc/$1/exe" 2>/dev/null) process_data='' process_wal='' process_ids=
    process_exe=${process_exe%' (deleted)'}
    # A host with both versions of control groups has a line for each hierarchy, and systemd's name is in some of them.
    process_group=$(cut -d : -f 3- "/proc/$1/cgroup" 2>/dev/null) process_engine=
    process_unit=$(printf '%s\n' "$process_group" | sed -n 's|.*/\([^/]*\.service\)$|\1|p' | tail -n 1)
    case $process_group in
        *kubepods*) process_engine=kubernetes ;;
        *docker* | *containerd* | *libpod* | *crio* | *lxc*) process_engine=container ;;
    esac
    # The files that it has open show its folders, whatever its settings say.
    for process_file in "/proc/$1/fd"/*; do
        process_open=$(readlink "$process_file" 2>/dev/null) || continue
        case $process_open in
            */member/snap/db) process_data=${process_open%/member/snap/db} ;;
            *.wal) process_wal=${process_open%/*} ;;
        esac
    done
    # etcd 2.3 has no database.
    case $process_data:$process_wal in :*/member/wal) process_data=${process_wal%/member/wal} ;; esac
    if [ -n "$process_wal" ]; then process_ids=$(ids_of "/proc/$1/root$process_wal"); fi
    if [ "$process_wal" = "$process_data/member/wal" ]; then process_wal=; fi
    if [ -n "$process_engine" ]; then
        if [ -n "$process_data" ]; then process_data=$(on_host "$1" "$process_data"); fi
        if [ -n "$process_wal" ]; then process_wal=$(on_host "$1" "$process_wal"); fi
        process_owner='	'
    else
        process_owner=$(package_line "$process_exe")
    fi
    process_config=$(tr '\0' '\n' <"/proc/$1/cmdline" | sed -n -e '/^--*config-file$/{n;p;}' -e 's/^--*config-file=//p' | head -n 1)
    if [ -z "$process_config" ]; then
        process_config=$(tr '\0' '\n' <"/proc/$1/environ" | sed -n 's/^ETCD_CONFIG_FILE=//p' | head -n 1)
    fi
    case $process_config in '' | /*) ;; *) process_config=$(readlink "/proc/$1/cwd")/$process_config ;; esac
    fact process "$1" "$process_unit" "$process_engine" "$process_exe" "$(stat -c %U "/proc/$1" 2>/dev/null)" \
        "$(version_of "/proc/$1/exe")" "$([ -n "$process_engine" ] || version_of "$process_exe")" "$process_owner" \
        "$(plain <"/proc/$1/cmdline")" \
        "$(tr '\0' '\n' <"/proc/$1/environ" | grep '^ETCD_' | grep -v -e '^[^=]*PASSWORD' -e '^[^=]*SECRET' | tr '\n' '\0' | plain)" \
        "$process_config" "$process_data" "$process_wal" "$process_ids"
    if [ -n "$process_config" ]; then file_fact "$process_config" "/proc/$1/root$process_config"; fi
    if [ -n "$process_unit" ]; then units="$units $process_unit"; fi
}
# Prints the lines of a file that set variables of etcd, each with the lines that continue it. Other lines may have secrets of others.
variables_in() { # file
    awk '{ if (!goes_on) keep = /^[ \t]*(ETCD_|DAEMON_ARGS)/ && !/PASSWORD|SECRET/
        if (keep) print
        match($0, /\\*$/)
        goes_on = RLENGTH % 2 }' "$1"
}
unit() { # name, whether it runs
    unit_file=$(systemctl show --property=FragmentPath --value "$1" 2>/dev/null)
    if [ ! -f "$unit_file" ]; then return; fi
    unit_program=$(systemctl show --property=ExecStart --value "$1" 2>/dev/null | sed -n 's/.*path=\([^ ;]*\).*/\1/p' | head -n 1)
    # A snap's unit runs "snap run".
    case $1:$unit_program in *:*/etcd | snap.*) ;; *) if [ -z "$2" ]; then return; fi ;; esac
    unit_owner=$(package_line "$unit_file")
    fact unit "$1" "$unit_file" "$(systemctl is-enabled "$1" 2>/dev/null)" "$(systemctl show --property=ActiveState --value "$1")" \
        "$(systemctl show --property=User --value "$1")" "$unit_program" "$(version_of "$unit_program")" "$unit_owner" \
        "$(sed -n 's/^# cluster: //p' "$unit_file" | head -n 1)" "$(sed -n 's/^# member: //p' "$unit_file" | head -n 1)" \
        "$(systemctl show --property=EnvironmentFiles --value "$1" | sed 's/ (ignore_errors=[a-z]*)//g' | tr '\n' ' ')" \
        "$(systemctl show --property=DropInPaths --value "$1")" \
        "$(systemctl show --property=ExecStart --value "$1" | sed -n 's/.*argv\[\]=\(.*\) ; ignore_errors.*/\1/p' | head -n 1 | plain)" \
        "$(systemctl show --property=Environment --value "$1" | plain)"
    for unit_environment in $(systemctl show --property=EnvironmentFiles --value "$1" | sed 's/ (ignore_errors=[a-z]*)//g'); do
        if [ -r "$unit_environment" ]; then fact file "$unit_environment" "$(variables_in "$unit_environment" | plain)"; fi
    done
    unit_config=$(systemctl show --property=ExecStart --value "$1" | sed -n 's/.*argv\[\]=.* --*config-file[= ]\([^ ;]*\).*/\1/p' | head -n 1)
    case $unit_config in /*) file_fact "$unit_config" "$unit_config" ;; esac
}

units=
for folder in /proc/[0-9]*; do
    name=
    read -r name <"$folder/comm" || continue
    if [ "$name" = etcd ]; then process "${folder#/proc/}"; fi
done 2>/dev/null
for path in /etc/systemd/system/etcd*.service /lib/systemd/system/etcd*.service /usr/lib/systemd/system/etcd*.service \
    /etc/systemd/system/snap.etcd*.service \
    $(grep -lsE '^ *ExecStart=.*/etcd( |$)' /etc/systemd/system/*.service /lib/systemd/system/*.service); do
    if [ -f "$path" ] && [ ! -L "$path" ]; then units="$units ${path##*/}"; fi
done
running=" $units "
for name in $(printf '%s\n' "$units" | tr ' ' '\n' | sort -u); do
    unit "$name" "$(case $running in *" $name "*) echo runs ;; esac)"
done
file_fact /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/manifests/etcd.yaml
