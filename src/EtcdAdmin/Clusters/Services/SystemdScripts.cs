namespace EtcdAdmin.Clusters.Services;

/// <summary>The scripts that run etcd under systemd.</summary>
internal static class SystemdScripts
{
    /// <summary>
    /// $1 unit, $2 folder of the releases, $3 version, $4 <see cref="SystemdMemberService.FirstStartFile"/>, $5 where the id of
    /// this run is noted for <see cref="LogTail"/>, $6 whether its data must be there (yes, no), then what
    /// <see cref="MemberDataCheck.Arguments"/> has. The file systems that the unit needs are mounted first, as systemd
    /// would before it starts the unit.
    /// </summary>
    /// <remarks>
    /// The unit runs what the link <c>current</c> points to; it is replaced by a rename, so it always points to something. Starting
    /// does not wait for "ready": etcd says that once it has a quorum, which takes the other members.
    /// </remarks>
    public const string Start = MemberDataCheck.Functions + """
        mount_needed() { # unit; systemd quotes the names for a shell
            eval "set -- $(systemctl show --property=Requires --value "$1")"
            for needed in "$@"; do
                case $needed in *.mount) systemctl start -- "$needed" 2>/dev/null || : ;; esac
            done
        }
        set -eu
        began=$(date +%s)
        if [ "$(readlink -- "$2/current" 2>/dev/null)" != "$3" ]; then
            ln -sfn -- "$3" "$2/current.part"
            mv -fT -- "$2/current.part" "$2/current"
        fi
        systemctl daemon-reload
        if [ "$(systemctl show --property=MainPID --value "$1")" = 0 ]; then
            if [ "$6" = yes ]; then
                rm -f -- "$4"
                mount_needed "$1"
                require_data "$7" "$8"
            else
                : >"$4"
            fi
        fi
        systemctl --quiet --no-reload enable "$1" 2>/dev/null || systemctl --quiet --no-reload enable "$1"
        systemctl reset-failed "$1" 2>/dev/null || true
        systemctl start --no-block "$1"
        left=100
        while [ "$left" -gt 0 ]; do
            pid=$(systemctl show --property=MainPID --value "$1")
            if [ "$pid" != 0 ]; then
                systemctl show --property=InvocationID --value "$1" >"$5"
                exit 0
            fi
            case $(systemctl show --property=ActiveState --value "$1") in failed) break ;; esac
            sleep 0.05
            left=$((left - 1))
        done
        echo "systemd did not start $1: $(journalctl --unit="$1" --since="@$began" --lines=3 --output=cat --no-pager 2>/dev/null)" >&2
        exit 1
        """;

    /// <summary>$1 unit. Waits until it has gone.</summary>
    public const string Stop = """
        set -u
        if [ "$(systemctl show --property=LoadState --value "$1")" = not-found ]; then exit 0; fi
        systemctl stop "$1"
        """;

    /// <summary>$1 unit. Prints the process id; 0 for none.</summary>
    public const string State = """
        systemctl show --property=MainPID --value "$1"
        """;

    /// <summary>
    /// $1 unit, $2 where the id of the run that was started last is noted. What etcd said in that run and in the latest one, which systemd may
    /// have started since; where it said nothing, what systemd said of it. Not what it said when it was stopped before.
    /// </summary>
    public const string LogTail = """
        set -- "$1" "$(cat -- "$2" 2>/dev/null)" "$(systemctl show --property=InvocationID --value "$1" 2>/dev/null)" "$(stat -c %Y -- "$2" 2>/dev/null)"
        said=$(journalctl "_SYSTEMD_UNIT=$1" ${2:+"_SYSTEMD_INVOCATION_ID=$2"} ${3:+"_SYSTEMD_INVOCATION_ID=$3"} --lines=200 --output=cat --no-pager --quiet 2>/dev/null)
        # journald does not know the run of lines whose process had ended before it looked.
        if [ -z "$said" ] && [ -n "$4" ]; then
            said=$(journalctl "_SYSTEMD_UNIT=$1" --since="@$4" --lines=200 --output=cat --no-pager --quiet 2>/dev/null)
        fi
        if [ -z "$said" ] && [ -n "$2$3" ]; then
            said=$(journalctl ${2:+"INVOCATION_ID=$2"} ${3:+"INVOCATION_ID=$3"} --lines=5 --output=cat --no-pager --quiet 2>/dev/null)
        fi
        if [ -n "$said" ]; then printf '%s\n' "$said"; else journalctl --unit="$1" --lines=5 --output=cat --no-pager --quiet 2>/dev/null; fi
        """;
}
