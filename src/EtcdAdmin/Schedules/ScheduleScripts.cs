using EtcdAdmin.Hosts;

namespace EtcdAdmin.Schedules;

/// <summary>What registering and looking do on a host.</summary>
internal static class ScheduleScripts
{
    private const string Elapse = """
        elapse() { # calendar expression
            systemd-analyze calendar --iterations=50 "$1" 2>/dev/null </dev/null |
                sed -n -e 's/^ *Next elapse: *[A-Z][a-z][a-z] \([0-9-]* [0-9:]*\) UTC$/elapse=\1/p' \
                    -e 's/^ *Iter[a-z]*\.* #[0-9]*: *[A-Z][a-z][a-z] \([0-9-]* [0-9:]*\) UTC$/elapse=\1/p'
            echo elapse=
        }
        """;

    /// <summary>Removes what the service has in a state folder, and leaves the folder where something else lies in it; then the folder of the files.</summary>
    public const string Forget = """
        forget() { # state folder, folder of the files
            for name in state state.part sent sent.part unfit unfit.part outcome message writing request request.part; do rm -f -- "$1/$name"; done
            rm -f -- "$2/prepared"
            rmdir -- "$1" 2>/dev/null
            rmdir -- "$2" 2>/dev/null
        }
        """;

    /// <summary>$1 timer, $2 service, $3 state folder, $4 settings, $5 script, $6 and $7 unit files, $8 user or empty, $9 keys. Prints <c>name=value</c> lines.</summary>
    /// <remarks>
    /// systemctl shows times in the zone that it is told; the newest of its names for the next start is asked for. What the user wrote is read as
    /// that user, as root would follow its links, and only the names that the script has are taken from it.
    /// </remarks>
    public const string Read = $$"""
        set -u
        {{UserScript.AsUser}}
        {{Elapse}}
        TZ=UTC LC_ALL=C
        export TZ LC_ALL
        echo "now=$(date -u +%Y-%m-%dT%H:%M:%SZ)"
        echo "enabled=$(systemctl is-enabled "$1" 2>/dev/null)"
        echo "active=$(systemctl is-active "$1" 2>/dev/null)"
        echo "running=$(systemctl is-active "$2" 2>/dev/null)"
        echo "next=$(systemctl show --property=NextElapseUSecRealtime --value "$1" 2>/dev/null)"
        for file in "$5" "$4" "$9" "$6" "$7"; do
            if [ -f "$file" ]; then sum=$(sha256sum <"$file"); echo "file=${sum%% *}"; else echo file=; fi
        done
        if [ -f "$7" ]; then
            echo "since=$(date -u -r "$7" +%Y-%m-%dT%H:%M:%SZ)"
            sed -n 's/^OnCalendar=/calendar=/p' "$7"
            sed -n 's/^OnCalendar=//p' "$7" | while IFS= read -r calendar; do elapse "$calendar"; done
        fi
        if [ -f "$4" ]; then
            destination=$(sed -n "s/^destination='\(\/[A-Za-z0-9._\/-]*\)'\$/\1/p" "$4")
            echo "destination=$destination"
            sed -n "s/^s3_name='\(s3:\/\/[A-Za-z0-9._\/-]*\)'\$/store=\1/p" "$4"
            as_user "$8" sh -c '
                for snapshot in "$1"/etcd-snapshot-*.db; do
                    if [ -f "$snapshot" ]; then echo "snapshot=$(wc -c <"$snapshot")"; fi
                done
                [ -e "$2/state" ] || [ -L "$2/state" ] || exit 0
                [ -f "$2/state" ] && [ -s "$2/state" ] && sed -n /^last_/p "$2/state"
            ' sh "$destination" "$3" </dev/null || echo notes=unreadable
        fi
        """;

    /// <summary>$1 folder of the programs, $2 destination, $3 to $5 folders of etcd and $6 and $7 of the schedule that it must not be in, $8 user or empty, then calendar expressions. Prints what is wrong, a line each; then how expressions elapse.</summary>
    public const string Survey = $$"""
        set -u
        {{Elapse}}
        TZ=UTC LC_ALL=C
        export TZ LC_ALL
        bin=$1 destination=$2
        [ -x "$bin/etcdctl" ] || echo "problem=$bin/etcdctl is not there"
        for tool in head tail od sha256sum df sort sed grep sync uname ${8:+runuser}; do
            command -v "$tool" >/dev/null || echo "problem=it has no $tool"
        done
        real=$(readlink -f -- "$destination" 2>/dev/null)
        within() { # folder or empty
            [ -n "$1" ] || return 1
            for place in "$destination" "$real"; do
                case $place/ in "$1"/*) return 0 ;; esac
            done
            return 1
        }
        for folder in "$3" "$4" "$5"; do
            if within "$folder"; then echo "problem=$destination is within $folder, which is etcd's own"; fi
        done
        for folder in "$6" "$7"; do
            if within "$folder"; then echo "problem=$destination is within $folder, which is for the schedule itself"; fi
        done
        if [ -e "$destination" ] && [ ! -d "$destination" ]; then echo "problem=$destination is not a folder"; fi
        require_room() { # path, kilobytes
            place=$1
            while [ -n "$place" ] && [ ! -d "$place" ]; do place=${place%/*}; done
            df -Pk -- "${place:-/}" 2>/dev/null | {
                read -r _
                read -r _ _ _ free _ mount
                if [ -n "$free" ] && [ "$free" -lt "$2" ]; then echo "full=$((free / 1024)) MB left on $mount, and $((($2 + 1023) / 1024)) MB are needed for $1"; fi
            }
        }
        database=$(stat -c %s -- "$3/member/snap/db" 2>/dev/null) || database=0
        require_room "$destination" $((database / 1024 + database / 10240 + 65536))
        require_room "$6" 1024
        require_room "$7" 1024
        shift 8
        if ! command -v systemd-analyze >/dev/null; then echo "problem=it has no systemd-analyze to check the times with"; exit 0; fi
        for calendar in "$@"; do
            if ! said=$(systemd-analyze calendar "$calendar" 2>&1); then
                echo "problem=systemd does not understand '$calendar': $(printf '%s' "$said" | tail -n 1)"
                continue
            fi
            elapse "$calendar"
        done
        """;

    /// <summary>$1 URL in a store, $2 its region; its keys on standard input. Prints what the host <c>lacks</c>, or what is wrong with the <c>store</c>, whose <c>status</c> is HTTP's.</summary>
    /// <remarks>Nothing is written there: whether that can be done is for the service to see, which does it later.</remarks>
    public const string Reach = $$"""
        set -u
        LC_ALL=C
        export LC_ALL
        {{StoreShell.Sign}}
        {{StoreShell.Ask}}
        s3_url=$1 s3_region=$2
        can_ask || { echo "lacks=$why"; exit 0; }
        read_keys || { echo "the keys did not arrive" >&2; exit 1; }
        reach_store || printf 'status=%s\nstore=%s\n' "$status" "$(printf '%s' "$why" | tr '\r\n' '  ')"
        """;

    /// <summary>$1 user or empty, $2 state folder, $3 destination, $4 folder of the files, then files whose present content is put aside. Makes the first two folders private to that user.</summary>
    /// <remarks>Within a folder of the user's it is the user who makes them: root would follow what is put in its way there.</remarks>
    public const string Prepare = $$"""
        set -eu
        {{UserScript.AsUser}}
        user=$1 own=$4
        for folder in "$2" "$3"; do
            [ ! -d "$folder" ] || continue
            if [ -n "$user" ] && as_user "$user" sh -c 'umask 077; mkdir -p -- "$1"' sh "$folder" 2>/dev/null </dev/null; then continue; fi
            parent=${folder%/*} place=${folder%/*}
            while [ -n "$user" ] && [ -n "$place" ]; do
                if [ -n "$(find "$place" -prune -user "$user" 2>/dev/null)" ]; then
                    echo "$folder cannot be made by $user, whose $place it is in" >&2
                    exit 1
                fi
                place=${place%/*}
            done
            mkdir -p -- "${parent:-/}"
            mkdir -m 0700 -- "$folder"
            [ -z "$user" ] || chown -h -- "$user:$user" "$folder"
        done
        [ -d "$own" ] || mkdir -m 0755 -- "$own"
        shift 4
        for file in "$@"; do
            rm -f -- "$file.before"
            [ ! -e "$file" ] || cp -p -- "$file" "$file.before"
        done
        : >"$own/prepared"
        """;

    /// <summary>$1 timer. After the files have been written.</summary>
    public const string Enable = """
        set -eu
        systemctl --quiet enable "$1"
        systemctl restart "$1"
        """;

    /// <summary>$1 timer, $2 state folder, $3 folder of the files, then files. Puts back what <see cref="Prepare"/> put aside, and removes what was not there.</summary>
    /// <remarks>That the new service failed is nothing against the one that is back.</remarks>
    public const string PutBack = $$"""
        set -u
        {{Forget}}
        timer=$1 state=$2 own=$3
        [ -e "$own/prepared" ] || exit 0
        shift 3
        was=no
        [ ! -e "/etc/systemd/system/$timer.before" ] || was=yes
        [ "$was" = yes ] || systemctl --quiet disable --now "$timer" 2>/dev/null
        for file in "$@"; do
            if [ -e "$file.before" ]; then mv -f -- "$file.before" "$file"; else rm -f -- "$file"; fi
        done
        systemctl daemon-reload
        systemctl reset-failed "${timer%.timer}.service" 2>/dev/null
        if [ "$was" = yes ]; then systemctl restart "$timer"; rm -f -- "$own/prepared"; else forget "$state" "$own"; fi
        exit 0
        """;

    /// <summary>$1 folder of the files, then files. Removes what <see cref="Prepare"/> put aside.</summary>
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
    /// <remarks>Starting one that is at work waits for it; it began before the request, which is still there then, so it is started again.</remarks>
    public const string Run = $$"""
        set -u
        {{UserScript.AsUser}}
        printf '%s\n' "$3" | as_user "$4" sh -c 'umask 077; cat >"$1/request.part" && mv -f -- "$1/request.part" "$1/request"' sh "$2" || exit 1
        starts=0 code=0
        while [ -e "$2/request" ] && [ "$starts" -lt 3 ]; do
            starts=$((starts + 1))
            systemctl reset-failed "$1" 2>/dev/null
            systemctl start "$1" 2>/dev/null
            code=$?
        done
        if [ -e "$2/request" ]; then
            rm -f -- "$2/request"
            if [ "$code" -eq 0 ]; then echo "$1 ran $starts times and did not do what it was asked for" >&2; exit 1; fi
        fi
        [ "$code" -ne 0 ] || exit 0
        as_user "$4" sh -c 'if [ "$2" = check ]; then cat "$1/message"; else sed -n s/^last_error=//p "$1/state"; fi' sh "$2" "$3" 2>/dev/null </dev/null |
            grep . >&2 || journalctl --unit="$1" --lines=3 --output=cat --no-pager >&2
        exit 1
        """;

    /// <summary>$1 timer, $2 service, $3 state folder, $4 folder of the files, then files. The snapshots stay.</summary>
    public const string Remove = $$"""
        set -u
        {{Forget}}
        timer=$1 service=$2 state=$3 own=$4
        shift 4
        systemctl --quiet disable --now "$timer" 2>/dev/null
        systemctl stop "$service" 2>/dev/null
        for file in "$@"; do rm -f -- "$file" "$file.before"; done
        forget "$state" "$own"
        systemctl daemon-reload
        systemctl reset-failed "$timer" "$service" 2>/dev/null
        exit 0
        """;
}
