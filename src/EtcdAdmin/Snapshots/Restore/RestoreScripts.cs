namespace EtcdAdmin.Snapshots;

/// <summary>What a restore does on a member's host.</summary>
internal static class RestoreScripts
{
    /// <summary>$1 etcdutl, $2 etcdctl. Prints the tool that restores and whether it can raise revisions; nothing where there is none.</summary>
    /// <remarks>etcdutl came with 3.5; before, etcdctl did it. Raising revisions came in patch releases, so the tool itself is asked.</remarks>
    public const string FindTool = """
        for tool in "$1" "$2"; do
            [ -x "$tool" ] || continue
            bump=no
            if ETCDCTL_API=3 "$tool" snapshot restore --help 2>&1 | grep -q -e --bump-revision; then bump=yes; fi
            echo "$tool"
            echo "$bump"
            break
        done
        """;

    /// <summary>
    /// $1 tool, $2 snapshot, $3 new data folder, $4 name, $5 peer URL, $6 initial cluster, $7 token, $8 bump, $9 skip hash check,
    /// ${10} new folder of the write-ahead log or empty, ${11} the user it shall all belong to or empty.
    /// </summary>
    public const string Restore = """
        set -u
        umask 077
        tool=$1 snapshot=$2 folder=$3 bump=$8 skip=$9 wal=${10} user=${11}
        set -- --data-dir "$folder" --name "$4" --initial-advertise-peer-urls "$5" --initial-cluster "$6" --initial-cluster-token "$7"
        if [ "$bump" != 0 ]; then set -- "$@" --bump-revision "$bump" --mark-compacted; fi
        if [ "$skip" = yes ]; then set -- "$@" --skip-hash-check; fi
        if [ -n "$wal" ]; then set -- "$@" --wal-dir "$wal"; rm -rf -- "$wal"; fi
        rm -rf -- "$folder"
        if ETCDCTL_API=3 "$tool" snapshot restore "$snapshot" "$@" >"$folder.log" 2>&1; then
            rm -f -- "$folder.log"
            if [ -n "$user" ]; then chown -R -- "$user:$user" "$folder" ${wal:+"$wal"} || exit 1; fi
            exit 0
        fi
        tail -n 3 -- "$folder.log" >&2
        rm -rf -- "$folder" "$folder.log" ${wal:+"$wal"}
        exit 1
        """;

    /// <summary>Folders. Removes what an attempt left.</summary>
    public const string Discard = """
        for folder in "$@"; do rm -rf -- "$folder" "$folder.log"; done
        """;

    /// <summary>Three for each folder: its path, where the old one goes, where the new one is.</summary>
    public const string Switch = """
        set -eu
        while [ $# -ge 3 ]; do
            if [ -e "$1" ]; then mv -- "$1" "$2"; fi
            mv -- "$3" "$1"
            shift 3
        done
        """;

    /// <summary>Three for each folder: its path, where the old one went, where the new one came from.</summary>
    /// <remarks>Also right when the switch stopped between its two moves, and when there was no old data.</remarks>
    public const string SwitchBack = """
        set -eu
        while [ $# -ge 3 ]; do
            if [ ! -e "$3" ] && [ -e "$1" ]; then mv -- "$1" "$3"; fi
            if [ -e "$2" ]; then mv -- "$2" "$1"; fi
            shift 3
        done
        """;
}
