namespace EtcdAdmin.Snapshots;

/// <summary>What registering and looking do on a host.</summary>
internal static class ScheduleScripts
{
    /// <summary>$1 timer, $2 service, $3 state folder, $4 settings, $5 script, $6 and $7 unit files. Prints <c>name=value</c> lines.</summary>
    /// <remarks>systemctl shows times in the zone that it is told; the newest of its names for the next start is asked for.</remarks>
    public const string Read = """
        set -u
        TZ=UTC LC_ALL=C
        export TZ LC_ALL
        echo "enabled=$(systemctl is-enabled "$1" 2>/dev/null)"
        echo "active=$(systemctl is-active "$1" 2>/dev/null)"
        echo "running=$(systemctl is-active "$2" 2>/dev/null)"
        echo "next=$(systemctl show --property=NextElapseUSecRealtime --value "$1" 2>/dev/null)"
        for file in "$5" "$4" "$6" "$7"; do
            if [ -f "$file" ]; then sum=$(sha256sum <"$file"); echo "file=${sum%% *}"; else echo file=; fi
        done
        if [ -f "$7" ]; then sed -n 's/^OnCalendar=/calendar=/p' "$7"; fi
        if [ -f "$4" ]; then
            . "$4"
            echo "destination=$destination"
            for snapshot in "$destination"/etcd-snapshot-*.db; do
                if [ -f "$snapshot" ]; then echo "snapshot=$(wc -c <"$snapshot")"; fi
            done
        fi
        if [ -f "$3/state" ]; then cat "$3/state"; fi
        """;

    /// <summary>$1 folder of the programs, $2 destination, $3 to $5 folders that it must not be in, then calendar expressions. Prints what is wrong, a line each; then how expressions elapse.</summary>
    public const string Survey = """
        set -u
        TZ=UTC LC_ALL=C
        export TZ LC_ALL
        bin=$1 destination=$2
        [ -x "$bin/etcdctl" ] || echo "problem=$bin/etcdctl is not there"
        for tool in head tail od sha256sum df sort sed grep sync uname; do
            command -v "$tool" >/dev/null || echo "problem=it has no $tool"
        done
        for folder in "$3" "$4" "$5"; do
            case $destination/ in "$folder"/*) [ -z "$folder" ] || echo "problem=$destination is within $folder, which is etcd's own" ;; esac
        done
        if [ -e "$destination" ] && [ ! -d "$destination" ]; then echo "problem=$destination is no folder"; fi
        shift 5
        if ! command -v systemd-analyze >/dev/null; then echo "problem=it has no systemd-analyze to check the times with"; exit 0; fi
        for calendar in "$@"; do
            if ! said=$(systemd-analyze calendar "$calendar" 2>&1); then
                echo "problem=systemd does not understand '$calendar': $(printf '%s' "$said" | tail -n 1)"
                continue
            fi
            systemd-analyze calendar --iterations=50 "$calendar" 2>/dev/null |
                sed -n -e 's/^ *Next elapse: *[A-Z][a-z][a-z] \([0-9-]* [0-9:]*\) UTC$/elapse=\1/p' \
                    -e 's/^ *Iter[a-z]*\.* #[0-9]*: *[A-Z][a-z][a-z] \([0-9-]* [0-9:]*\) UTC$/elapse=\1/p'
            echo elapse=
        done
        """;

    /// <summary>$1 user or empty, $2 state folder, $3 destination, then files whose present content is put aside. Makes the folders private to that user.</summary>
    public const string Prepare = """
        set -eu
        user=$1 state=$2
        for folder in "$2" "$3"; do
            [ ! -d "$folder" ] || continue
            parent=${folder%/*}
            mkdir -p -- "${parent:-/}"
            mkdir -m 0700 -- "$folder"
            [ -z "$user" ] || chown -- "$user:$user" "$folder"
        done
        shift 3
        for file in "$@"; do
            rm -f -- "$file.before"
            [ ! -e "$file" ] || cp -p -- "$file" "$file.before"
        done
        : >"$state/prepared"
        """;

    /// <summary>$1 timer. After the files have been written.</summary>
    public const string Enable = """
        set -eu
        systemctl --quiet enable "$1"
        systemctl restart "$1"
        """;

    /// <summary>$1 timer, $2 state folder, then files. Puts back what <see cref="Prepare"/> put aside, and removes what was not there.</summary>
    public const string PutBack = """
        set -u
        timer=$1 state=$2
        [ -e "$state/prepared" ] || exit 0
        shift 2
        was=no
        [ ! -e "/etc/systemd/system/$timer.before" ] || was=yes
        [ "$was" = yes ] || systemctl --quiet disable --now "$timer" 2>/dev/null
        for file in "$@"; do
            if [ -e "$file.before" ]; then mv -f -- "$file.before" "$file"; else rm -f -- "$file"; fi
        done
        systemctl daemon-reload
        if [ "$was" = yes ]; then systemctl restart "$timer"; rm -f -- "$state/prepared"; else rm -rf -- "$state"; fi
        exit 0
        """;

    /// <summary>$1 state folder, then files. Removes what <see cref="Prepare"/> put aside.</summary>
    public const string Settle = """
        rm -f -- "$1/prepared"
        shift
        for file in "$@"; do rm -f -- "$file.before"; done
        """;

    /// <summary>systemd reads its units anew.</summary>
    public const string Reload = """
        systemctl daemon-reload
        """;

    /// <summary>$1 service, $2 state folder, $3 request, $4 user or empty. Runs the service to its end; what it said goes to standard error if it fails.</summary>
    public const string Run = """
        set -u
        printf '%s\n' "$3" >"$2/request.part"
        [ -z "$4" ] || chown -- "$4:$4" "$2/request.part"
        mv -f -- "$2/request.part" "$2/request"
        systemctl reset-failed "$1" 2>/dev/null
        systemctl start "$1" 2>/dev/null && exit 0
        rm -f -- "$2/request"
        if [ "$3" = check ]; then cat "$2/message"; else sed -n 's/^last_error=//p' "$2/state"; fi 2>/dev/null | grep . >&2 || journalctl --unit="$1" --lines=3 --output=cat --no-pager >&2
        exit 1
        """;

    /// <summary>$1 timer, $2 service, $3 state folder, then files. The snapshots stay.</summary>
    public const string Remove = """
        set -u
        timer=$1 service=$2 state=$3
        shift 3
        systemctl --quiet disable --now "$timer" 2>/dev/null
        systemctl stop "$service" 2>/dev/null
        for file in "$@"; do rm -f -- "$file" "$file.before"; done
        rm -rf -- "$state"
        systemctl daemon-reload
        systemctl reset-failed "$timer" "$service" 2>/dev/null
        exit 0
        """;
}
