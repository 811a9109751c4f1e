namespace EtcdAdmin.Clusters;

/// <summary>The scripts that run etcd under systemd.</summary>
internal static class SystemdScripts
{
    /// <summary>$1 unit, $2 folder of the releases, $3 version.</summary>
    /// <remarks>
    /// The unit runs what the link <c>current</c> points to; it is replaced by a rename, so it always points to something. Starting
    /// does not wait for "ready": etcd says that once it has a quorum, which takes the other members.
    /// </remarks>
    public const string Start = """
        set -eu
        if [ "$(readlink -- "$2/current" 2>/dev/null)" != "$3" ]; then
            ln -sfn -- "$3" "$2/current.part"
            mv -fT -- "$2/current.part" "$2/current"
        fi
        systemctl --quiet --no-reload enable "$1" 2>/dev/null || systemctl --quiet --no-reload enable "$1"
        systemctl daemon-reload
        systemctl reset-failed "$1" 2>/dev/null || true
        systemctl start --no-block "$1"
        left=100
        while [ "$left" -gt 0 ]; do
            pid=$(systemctl show --property=MainPID --value "$1")
            if [ "$pid" != 0 ]; then exit 0; fi
            case $(systemctl show --property=ActiveState --value "$1") in failed) break ;; esac
            sleep 0.05
            left=$((left - 1))
        done
        echo "systemd did not start $1: $(journalctl --unit="$1" --lines=3 --output=cat --no-pager 2>/dev/null)" >&2
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

    /// <summary>$1 unit. The last lines of its log: what etcd said, or where it said nothing what systemd said of it.</summary>
    public const string LogTail = """
        said=$(journalctl "_SYSTEMD_UNIT=$1" --lines=100 --output=cat --no-pager --quiet 2>/dev/null)
        if [ -n "$said" ]; then printf '%s\n' "$said"; else journalctl --unit="$1" --lines=5 --output=cat --no-pager --quiet 2>/dev/null; fi
        """;
}
