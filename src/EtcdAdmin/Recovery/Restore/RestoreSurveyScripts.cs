using EtcdAdmin.Provisioning.Survey;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>The part of a survey that is about a restore; follows the facts of the host.</summary>
internal static class RestoreSurveyScripts
{
    // bbolt locks the database of a member that runs with flock(2), whatever its program is called; /proc/locks tells who holds such a lock.
    private const string Functions = SurveyScripts.Functions + """
        room() { # folder
            place=$1
            while [ ! -d "$place" ] && [ -n "$place" ]; do place=${place%/*}; done
            df -Pk -- "${place:-/}" 2>/dev/null | {
                read -r _
                read -r _ _ _ free _ mount
                fact room "$1" "$free" "$mount"
            }
        }
        name() { # name
            if command -v getent >/dev/null 2>&1 && [ -z "$(getent ahosts "$1" 2>/dev/null)" ]; then fact unresolved "$1"; fi
        }
        holder() { # member, database
            if [ ! -e "$2" ] || [ ! -r /proc/locks ]; then return; fi
            inode=$(stat -L -c %i -- "$2")
            while read -r _ kind _ _ process place _; do
                if [ "$kind" != FLOCK ] || [ "${place##*:}" != "$inode" ]; then continue; fi
                for open in "/proc/$process/fd"/*; do
                    if [ "$open" -ef "$2" ]; then
                        fact holder "$1" "$process" "$(tr '\0\n\t' '   ' <"/proc/$process/cmdline")"
                        break
                    fi
                done
            done </proc/locks
        }

        """;

    /// <summary>Arguments: any number of <c>room</c> and <c>name</c> with one, <c>holder</c> and <c>reach</c> with two more.</summary>
    public const string Text = Functions + """
        while [ $# -gt 0 ]; do
            case $1 in
                room) room "$2"; shift 2 ;;
                name) name "$2"; shift 2 ;;
                holder) holder "$2" "$3"; shift 3 ;;
                reach) reach "$2" "$3" & shift 3 ;;
            esac
        done
        wait

        """;
}
