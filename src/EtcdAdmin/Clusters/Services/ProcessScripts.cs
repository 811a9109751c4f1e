namespace EtcdAdmin.Clusters.Services;

/// <summary>The scripts that run etcd as a plain process: no supervisor, but it outlives the session that started it.</summary>
internal static class ProcessScripts
{
    // A process id may have been given to somebody else since, so the process must also have our configuration file among its
    // arguments. A dead process that nobody has waited for has no arguments any more and is rightly not found.
    private const string FindProcess = """
        find_process() { # pid file, configuration file
            pid=
            [ -r "$1" ] && read -r pid <"$1" || true
            case "$pid" in ''|*[!0-9]*) return 1 ;; esac
            kill -0 "$pid" 2>/dev/null || return 1
            if [ -r "/proc/$pid/cmdline" ]; then
                tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -- "$2"
            else
                ps -o args= -p "$pid" | grep -qF -- "$2"
            fi
        }

        """;

    /// <summary>$1 pid file, $2 configuration file. Prints the process id, or nothing.</summary>
    public const string State = FindProcess + """
        if find_process "$1" "$2"; then echo "$pid"; fi
        """;

    /// <summary>
    /// $1 pid file, $2 configuration file, $3 etcd, $4 log, $5 the member's folder, $6 whether its data must be there (yes, no), then what
    /// <see cref="MemberDataCheck.Arguments"/> has.
    /// </summary>
    /// <remarks>A session of its own keeps the terminal's Ctrl+C and hang-up away from etcd.</remarks>
    public const string Start = FindProcess + MemberDataCheck.Functions + """
        set -u
        if find_process "$1" "$2"; then exit 0; fi
        if [ "$6" = yes ]; then require_data "$7" "$8"; fi
        set -- "$1" "$2" "$3" "$4" "$5"
        cd -- "$5" || exit 1
        umask 077
        if command -v setsid >/dev/null 2>&1; then set -- "$@" setsid; else set -- "$@" nohup; fi
        pid_file=$1 config=$2 etcd=$3 log=$4
        shift 5
        echo "{\"level\":\"info\",\"ts\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",\"msg\":\"EtcdAdmin starts etcd\"}" >>"$log"
        "$@" "$etcd" --config-file "$config" </dev/null >>"$log" 2>&1 &
        echo "$!" >"$pid_file.part" && mv -f -- "$pid_file.part" "$pid_file"
        """;

    /// <summary>$1 pid file, $2 configuration file, $3 tenths of a second to wait before it is killed.</summary>
    /// <remarks>etcd hands over leadership and closes its files on TERM; KILL is for one that hangs, and costs it nothing but time at its next start.</remarks>
    public const string Stop = FindProcess + """
        set -u
        if ! find_process "$1" "$2"; then rm -f -- "$1"; exit 0; fi
        kill -TERM "$pid" 2>/dev/null
        left=$3
        while [ "$left" -gt 0 ] && find_process "$1" "$2"; do sleep 0.1; left=$((left - 1)); done
        if find_process "$1" "$2"; then
            kill -KILL "$pid" 2>/dev/null
            left=50
            while [ "$left" -gt 0 ] && find_process "$1" "$2"; do sleep 0.1; left=$((left - 1)); done
        fi
        if find_process "$1" "$2"; then echo "process $pid does not end" >&2; exit 1; fi
        rm -f -- "$1"
        """;

    /// <summary>$1 log. Its last lines, but none from before the last start; nothing where there is none.</summary>
    public const string LogTail = """
        if [ -r "$1" ]; then
            tail -n 400 -- "$1" | awk 'index($0, "\"msg\":\"EtcdAdmin starts etcd\"") { n = 0; next } { line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }'
        fi
        """;
}
