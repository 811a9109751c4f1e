namespace EtcdAdmin.Recovery.Quorum;

/// <summary>What the repair of a cluster does on its hosts.</summary>
internal static class RecoveryScripts
{
    /// <summary>
    /// $1 data folder, $2 the log's folder or empty, $3 and $4 where both may have been moved by an earlier attempt, or empty. Lists what there
    /// is, a line each: <c>now seconds</c>, <c>data folder</c>, <c>wal folder</c>, <c>kept</c>, <c>gzip</c>, <c>space</c> and <c>logspace</c>
    /// with free KB, used KB and the file system, <c>db</c> or <c>segment</c> with size, time of the last change and path, <c>blocked</c> with why
    /// something cannot be looked at, and <c>held</c> with the process that has a file locked, the file, and its command. Times are seconds since 1970.
    /// </summary>
    /// <remarks>
    /// A folder that may not be listed looks like an empty one to the shell. etcd's log is locked with fcntl(2) or flock(2), its database with
    /// flock(2); /proc/locks names the holder of such a lock, but for fcntl's locks of open files, which name no process.
    /// </remarks>
    public const string List = """
        set -u
        look() { # options, path: one that is not there is no obstacle
            said=$(LC_ALL=C ls "$1" -- "$2" 2>&1 >/dev/null) && return 0
            case $said in *'No such file or directory'*) ;; *) echo "blocked $(printf '%s' "$said" | tr '\n' ' ')" ;; esac
        }
        holders() { # file
            inode=$(stat -L -c %i -- "$1" 2>/dev/null) || return 0
            while read -r _ kind _ mode process place _; do
                case $kind in FLOCK | POSIX | OFDLCK) ;; *) continue ;; esac
                [ "$mode" = WRITE ] && [ "${place##*:}" = "$inode" ] || continue
                if [ ! -d "/proc/$process/fd" ]; then # it has ended, and what it started has the file still open; or none is named
                    for open in /proc/[0-9]*/fd/*; do
                        if [ "$open" -ef "$1" ]; then process=${open#/proc/} process=${process%%/*}; break; fi
                    done
                fi
                for open in "/proc/$process/fd"/*; do
                    if [ "$open" -ef "$1" ]; then
                        printf 'held %s %s\t%s\n' "$process" "$1" "$(tr '\0\n\t' '   ' <"/proc/$process/cmdline")"
                        break
                    fi
                done
            done </proc/locks
        }
        look -dL "$1/member"
        if [ -n "$3" ] && [ ! -e "$1/member" ] && [ -e "$3/member" ]; then data=$3; else data=$1; fi
        if [ -z "$2" ]; then wal=$data/member/wal
        elif [ -n "$4" ] && [ "$data" = "$3" ] && [ -e "$4" ]; then wal=$4
        else wal=$2; fi
        echo "now $(date +%s)"
        echo "data $data"
        echo "wal $wal"
        if [ -n "$3" ] && [ -e "$3" ]; then echo kept; fi
        if command -v gzip >/dev/null 2>&1; then echo gzip; fi
        room() { # kind, folder
            kind=$1 used=0 place=${2%/*}
            if [ -e "$2" ]; then
                set -- $(du -skL -- "$2")
                used=$1
            fi
            while [ ! -e "$place" ] && [ -n "$place" ]; do place=${place%/*}; done
            set -- $(df -Pk -- "${place:-/}" | tail -n 1)
            echo "$kind ${4:-0} ${used:-0} ${1:-} ${6:-}"
        }
        room space "$data"
        if [ -n "$2" ]; then room logspace "$wal"; fi
        look -L "$data/member/snap"
        look -L "$wal"
        tell() { # kind, path
            look -dL "$2"
            if [ -r /proc/locks ] && [ -f "$2" ]; then holders "$2"; fi
            if [ -f "$2" ]; then echo "$1 $(stat -L -c '%s %Y' -- "$2" 2>/dev/null || stat -L -f '%z %m' -- "$2") $2"; fi
        }
        tell db "$data/member/snap/db"
        for segment in "$wal"/*.wal; do tell segment "$segment"; done
        """;

    /// <summary>$1 file. Most of a database and of a log's last segment is often empty, which costs next to nothing when packed.</summary>
    public const string ReadPacked = """
        gzip -1 -c -- "$1"
        """;

    /// <summary>
    /// $1 data folder, $2 where the copy goes, $3 the log's folder or empty, $4 where its copy goes. Whole or not at all; the first copy stays,
    /// since what a later attempt finds has been changed. The data goes last: where it is, all is. Folders elsewhere, behind links, are copied too.
    /// </summary>
    public const string Copy = """
        set -eu
        copy() {
            if [ -e "$2" ]; then return 0; fi
            rm -rf -- "$2.part"
            if ! cp -pRL -- "$1" "$2.part"; then
                rm -rf -- "$2.part"
                exit 1
            fi
            sync
            mv -- "$2.part" "$2"
        }
        if [ -n "$3" ] && [ -e "$3" ]; then copy "$3" "$4"; fi
        copy "$1" "$2"
        """;

    /// <summary>$1 file, $2 where what is read goes, in bytes from its start. The file ends behind it.</summary>
    public const string Append = """
        set -eu
        dd of="$1" bs=1 seek="$2"
        sync
        """;

    /// <summary>Three for each folder: its path, where the old one goes, where the new one is.</summary>
    /// <remarks>
    /// May be run again after it stopped anywhere: what has been moved is not there to be moved a second time. Where the old one has gone
    /// already, what has come in its place goes beside it, not into it.
    /// </remarks>
    public const string Switch = """
        set -eu
        while [ $# -ge 3 ]; do
            if [ -e "$3" ]; then
                aside=$2 number=1
                while [ -e "$aside" ]; do
                    number=$((number + 1))
                    aside=$2.$number
                done
                if [ -e "$1" ]; then mv -- "$1" "$aside"; fi
                mv -- "$3" "$1"
            fi
            [ -e "$1" ]
            shift 3
        done
        """;
}
