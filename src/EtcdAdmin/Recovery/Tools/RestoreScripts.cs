using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Hosts;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Tools;

/// <summary>What a restore does on a member's host.</summary>
internal static class RestoreScripts
{
    /// <summary>
    /// $1 etcdutl, $2 etcdctl, $3 etcd or empty. Prints facts, their fields parted by tabs: <c>etcd</c> with what etcd calls its version, or <c>broken</c> with a
    /// program that cannot be run and why; and of the tool that restores <c>tool</c>, <c>bump</c> (whether it can raise revisions) and <c>version</c>.
    /// </summary>
    /// <remarks>etcdutl came with 3.5; before, etcdctl did it. Raising revisions came in patch releases, so the tool itself is asked.</remarks>
    public const string FindTool = """
        broken() { # program, what the shell said
            said=$(printf '%s' "$2" | tail -n 1 | tr '\t' ' ')
            printf 'broken\t%s\t%s\n' "$1" "${said##*: }"
        }
        version() { # what a program says
            printf '%s\n' "$1" | sed -n 's/^[a-z]* [Vv]ersion: *//p' | head -n 1
        }
        # Before 3.5 etcd runs on other processors than amd64 only where this says that one knows.
        export ETCD_UNSUPPORTED_ARCH="$(uname -m | sed 's/aarch64/arm64/')"
        if [ -n "$3" ] && [ -e "$3" ]; then
            if said=$("$3" --version 2>&1); then printf 'etcd\t%s\n' "$(version "$said")"; else broken "$3" "$said"; fi
        fi
        for tool in "$1" "$2"; do
            [ -e "$tool" ] || continue
            if ! said=$(ETCDCTL_API=3 "$tool" version 2>&1); then broken "$tool" "$said"; continue; fi
            help=$(ETCDCTL_API=3 "$tool" snapshot restore --help 2>&1)
            case $help in *--data-dir*) ;; *) continue ;; esac # etcdctl restores none from 3.6 on
            case $help in *--bump-revision*) bump=yes ;; *) bump=no ;; esac
            printf 'tool\t%s\nbump\t%s\n' "$tool" "$bump"
            printf 'version\t%s\n' "$(version "$said")"
            break
        done
        """;

    // As installing makes them; a lost disk takes the folder above the data along.
    private const string HaveParent = """
        have_parent() { # path, user or empty
            if [ -d "${1%/*}" ]; then return; fi
            (umask 022 && mkdir -p -- "${1%/*}") && chmod 0700 -- "${1%/*}" || exit 1
            if [ -n "$2" ]; then chown -- "$2:$2" "${1%/*}" || exit 1; fi
        }

        """;

    /// <summary>$1 file, $2 bytes, $3 the user that its folder shall belong to if there is none yet, or empty. Takes a snapshot from standard input.</summary>
    /// <remarks>Nothing waits for the disk: it is removed as soon as it is restored, and after a power cut it is brought again.</remarks>
    public const string Receive = HaveParent + """
        set -eu
        umask 077
        have_parent "$1" "$3"
        rm -f -- "$1"
        cat >"$1"
        if [ "$(wc -c <"$1")" -ne "$2" ]; then
            rm -f -- "$1"
            echo "the snapshot did not arrive whole" >&2
            exit 1
        fi
        """;

    /// <summary>
    /// $1 tool, $2 snapshot, $3 new data folder, $4 name, $5 peer URL, $6 initial cluster, $7 token, $8 bump, $9 skip hash check,
    /// ${10} new folder of the write-ahead log or empty, ${11} the user it shall all belong to or empty.
    /// </summary>
    public const string Restore = HaveParent + """
        set -u
        umask 077
        tool=$1 snapshot=$2 folder=$3 bump=$8 skip=$9 wal=${10} user=${11}
        have_parent "$folder" "$user"
        if [ -n "$wal" ]; then have_parent "$wal" "$user"; fi
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

    // A name that is free: the first time the one that is given, then with .2, .3 and so on.
    private const string FreeName = """
        free_name() { # path
            aside=$1 number=1
            while [ -e "$aside" ]; do
                number=$((number + 1))
                aside=$1.$number
            done
        }

        """;

    /// <summary>Three for each folder: its path, where the old one goes, where the new one is.</summary>
    /// <remarks>
    /// May be run again after it stopped anywhere. What lies where the old one goes is the old one, of an attempt that was broken off, so
    /// what has come in its place goes beside it; an empty folder stands there for one that was missing.
    /// </remarks>
    public const string Switch = FreeName + """
        set -eu
        umask 077
        while [ $# -ge 3 ]; do
            if [ -e "$3" ]; then
                free_name "$2"
                if [ -e "$1" ]; then mv -- "$1" "$aside"; elif [ "$aside" = "$2" ]; then mkdir -- "$2"; fi
                mv -- "$3" "$1"
            fi
            [ -e "$1" ]
            shift 3
        done
        """;

    /// <summary>Three for each folder: its path, where the old one went, where the new one came from.</summary>
    /// <remarks>Also right when the switch stopped between its two moves, when there was no old data, and when an earlier attempt had switched.</remarks>
    public const string SwitchBack = FreeName + """
        set -eu
        while [ $# -ge 3 ]; do
            if [ -e "$2" ]; then
                if [ -e "$1" ] && [ -e "$3" ]; then
                    free_name "$2"
                    mv -- "$1" "$aside"
                elif [ -e "$1" ]; then mv -- "$1" "$3"; fi
                if ! rmdir -- "$2" 2>/dev/null; then mv -- "$2" "$1"; fi
            fi
            shift 3
        done
        """;

    /// <summary>
    /// $1 old data where it lies aside, $2 <see cref="RestoreArchive.Files"/>, $3 configuration, $4 the user whose they are or empty. Puts a copy of the
    /// configuration with the data. What is there already was put there by an attempt that was broken off, before it wrote another.
    /// </summary>
    /// <remarks>Done as that user: in a folder of somebody else's, root may be led anywhere.</remarks>
    public const string KeepConfig = UserScript.AsUser + """

        set -eu
        umask 077
        kept=$1/$2/${3##*/}
        if [ ! -e "$1/member" ] || [ -e "$kept" ] || [ ! -e "$3" ]; then exit 0; fi
        as_user "$4" mkdir -p -- "$1/$2"
        as_user "$4" cp -p -- "$3" "$kept.part"
        sync -- "$kept.part" 2>/dev/null || sync
        as_user "$4" mv -- "$kept.part" "$kept"
        """;

    /// <summary>$1 data folder, $2 and $3 as <see cref="KeepConfig"/>. Puts the configuration that came back with the data in its place.</summary>
    public const string ConfigBack = """
        set -eu
        kept=$1/$2/${3##*/}
        if [ -e "$kept" ]; then mv -f -- "$kept" "$3"; fi
        rm -f -- "$kept.part"
        rmdir -- "$1/$2" 2>/dev/null || :
        """;

    /// <summary>Folders with old data. Says <c>yes</c> if one is there; fails where that cannot be seen.</summary>
    public const string AnyKept = MemberDataCheck.Functions + """
        for folder in "$@"; do
            if is_there "$folder"; then echo yes; break; fi
        done
        """;

    /// <summary>
    /// Three for each restore: where the old data went, where its write-ahead log went or empty, and <see cref="RestoreArchive.Files"/>. Prints a line for each database that
    /// was kept: the number of the restore from 0, what its folder has behind that name, bytes, SHA-256, whether it has a log of its own,
    /// and whether it has what <see cref="KeepFiles"/> puts there. Fails where that cannot be seen.
    /// </summary>
    public const string Describe = MemberDataCheck.Functions + """
        set -u
        restore=0
        while [ $# -ge 3 ]; do
            for folder in "$1" "$1".[0-9]*; do
                database=$folder/member/snap/db behind=${folder#"$1"} log=no files=no
                if ! is_there "$database"; then continue; fi
                if [ -n "$2" ] && [ -e "$2$behind" ]; then log=yes; fi
                if [ -e "$folder/$3" ]; then files=yes; fi
                sum=$(sha256sum <"$database") || exit 1
                printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$restore" "$behind" "$(wc -c <"$database")" "${sum%% *}" "$log" "$files"
            done
            rmdir -- "$1" ${2:+"$2"} 2>/dev/null # where there was no data
            restore=$((restore + 1))
            shift 3
        done
        exit 0
        """;

    /// <summary>
    /// $1 data folder, $2 configuration, $3 folder of certificates and keys, $4 unit or empty, $5 <see cref="RestoreArchive.Files"/>, $6 the user
    /// whose they are or empty: of a member that leaves the cluster, to be kept with its data. Whole or not at all; nothing where there is no data.
    /// </summary>
    /// <remarks>
    /// As <see cref="KeepConfig"/>. The unit is kept beside its place: root starts what it says, so nobody else may write it.
    /// </remarks>
    public const string KeepFiles = UserScript.AsUser + """

        set -eu
        umask 077
        kept=$1/$5
        if [ ! -e "$1/member" ] || [ -e "$kept" ]; then exit 0; fi
        if [ -n "$4" ] && [ -e "$4" ]; then
            cp -p -- "$4" "$4.$5.part"
            mv -- "$4.$5.part" "$4.$5"
        fi
        as_user "$6" rm -rf -- "$kept.part"
        as_user "$6" mkdir -- "$kept.part"
        if [ -e "$2" ]; then as_user "$6" cp -p -- "$2" "$kept.part/etcd.conf.yml"; fi
        if [ -e "$3" ]; then as_user "$6" cp -pR -- "$3" "$kept.part/pki"; fi
        sync
        as_user "$6" mv -T -- "$kept.part" "$kept"
        """;

    /// <summary>Folders with old data. Deletes them, and what attempts that were broken off left beside them.</summary>
    public const string DeleteKept = """
        for folder in "$@"; do rm -rf -- "$folder" "$folder".[0-9]*; done
        """;
}
