using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>What undoing a restore does on a member's host, beyond the renames of a restore.</summary>
internal static class UndoScripts
{
    /// <summary>
    /// $1 data folder, $2 where the script on the host puts restored data, $3 where an undo that was broken off put it or empty; then three for each
    /// place where older data may be, the best first: data, write-ahead log or empty, and the folder within the data for files of a member that left.
    /// Prints <c>kept</c> with the number of the first that has a database, its bytes, its SHA-256, whether its log has a segment, and whether it has
    /// certificates and keys; else <c>back</c> if the data is in its place again. Changes nothing. Ends with
    /// <see cref="MemberDataCheck.UnreadableCode"/> where something cannot be looked at: that does not mean that it is not there.
    /// </summary>
    public const string FindKept = MemberDataCheck.Functions + """
        set -u
        present=$1 restored=$2 switched=$3 place=0
        shift 3
        while [ $# -ge 3 ]; do
            database=$1/member/snap/db log=$1/member/wal segment=no keys=no
            if is_there "$database"; then
                if [ -n "$2" ]; then log=$2; fi
                if has_log "$log"; then segment=yes; fi
                if is_there "$1/$3/pki"; then keys=yes; fi
                sum=$(sha256sum <"$database") || exit 45
                printf 'kept\t%s\t%s\t%s\t%s\t%s\n' "$place" "$(wc -c <"$database")" "${sum%% *}" "$segment" "$keys"
                exit 0
            fi
            place=$((place + 1))
            shift 3
        done
        if ! is_there "$present/member"; then exit 0; fi
        for aside in "$restored" "$switched"; do
            if [ -n "$aside" ] && is_there "$aside"; then printf 'back\t\n'; break; fi
        done
        exit 0
        """;

    /// <summary>
    /// $1 folder with the kept files of a member, there or not, $2 folder of the configuration, $3 folder of certificates and keys, $4 kept unit or
    /// empty, $5 unit's place or empty, $6 the user whose they are or empty. Makes the folder, and brings certificates, keys and unit where there are
    /// none. The kept ones stay, for a rollback.
    /// </summary>
    /// <remarks>Done as that user: in a folder of somebody else's, root may be led anywhere.</remarks>
    public const string FilesBack = UserScript.AsUser + """

        set -eu
        umask 077
        if [ -n "$4" ] && [ -e "$4" ] && [ ! -e "$5" ]; then
            cp -p -- "$4" "$5.part"
            mv -f -- "$5.part" "$5"
        fi
        if [ ! -d "$2" ]; then
            mkdir -p -- "$2"
            chmod 0700 -- "$2"
            if [ -n "$6" ]; then chown -- "$6:$6" "$2"; fi
        fi
        if [ -e "$1/pki" ] && [ ! -e "$3" ]; then
            as_user "$6" rm -rf -- "$3.part"
            as_user "$6" cp -pR -- "$1/pki" "$3.part"
            as_user "$6" mv -T -- "$3.part" "$3"
        fi
        """;

    /// <summary>$1 kept configuration, there or not, $2 its place, $3 the user whose they are or empty. The kept one stays, for a rollback.</summary>
    /// <remarks>As <see cref="FilesBack"/>.</remarks>
    public const string ConfigBack = UserScript.AsUser + """

        set -eu
        umask 077
        if [ ! -e "$1" ]; then exit 0; fi
        as_user "$3" cp -p -- "$1" "$2.part"
        sync -- "$2.part" 2>/dev/null || sync
        as_user "$3" mv -f -- "$2.part" "$2"
        """;

    /// <summary>$1 configuration, $2 folder of certificates and keys, $3 unit or empty, $4 its place or empty. Removes what <see cref="FilesBack"/> brought to a member that is not in the cluster now.</summary>
    public const string FilesAway = """
        set -u
        if [ -n "$3" ]; then
            systemctl --quiet disable "$3" 2>/dev/null
            rm -f -- "$4"
            systemctl daemon-reload
        fi
        rm -rf -- "$2"
        rm -f -- "$1" "$1.part"
        rmdir -- "${1%/*}" 2>/dev/null
        exit 0
        """;

    /// <summary>$1 folder with kept files, $2 kept unit or empty, $3 script that would roll back. What came back is proved, so they are not needed any more.</summary>
    public const string Forget = """
        rm -rf -- "$1"
        rm -f -- "$3"
        if [ -n "$2" ]; then rm -f -- "$2"; fi
        """;
}
