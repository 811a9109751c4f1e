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

    /// <summary>$1 tool, $2 snapshot, $3 new data folder, $4 name, $5 peer URL, $6 initial cluster, $7 token, $8 bump, $9 skip hash check.</summary>
    public const string Restore = """
        set -u
        umask 077
        tool=$1 snapshot=$2 folder=$3 bump=$8 skip=$9
        set -- --data-dir "$folder" --name "$4" --initial-advertise-peer-urls "$5" --initial-cluster "$6" --initial-cluster-token "$7"
        if [ "$bump" != 0 ]; then set -- "$@" --bump-revision "$bump" --mark-compacted; fi
        if [ "$skip" = yes ]; then set -- "$@" --skip-hash-check; fi
        rm -rf -- "$folder"
        if ETCDCTL_API=3 "$tool" snapshot restore "$snapshot" "$@" >"$folder.log" 2>&1; then rm -f -- "$folder.log"; exit 0; fi
        tail -n 3 -- "$folder.log" >&2
        rm -rf -- "$folder" "$folder.log"
        exit 1
        """;

    /// <summary>$1 folder. Removes what an attempt left.</summary>
    public const string Discard = """
        rm -rf -- "$1" "$1.log"
        """;

    /// <summary>$1 data folder, $2 where the old data goes, $3 the new data.</summary>
    public const string Switch = """
        set -eu
        if [ -e "$1" ]; then mv -- "$1" "$2"; fi
        mv -- "$3" "$1"
        """;

    /// <summary>$1 data folder, $2 where the old data went, $3 where the new data came from.</summary>
    /// <remarks>Also right when the switch stopped between its two moves, and when there was no old data.</remarks>
    public const string SwitchBack = """
        set -eu
        if [ ! -e "$3" ] && [ -e "$1" ]; then mv -- "$1" "$3"; fi
        if [ -e "$2" ]; then mv -- "$2" "$1"; fi
        """;
}
