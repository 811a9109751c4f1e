using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Deployment.Storage;

/// <summary>What moving data looks at and does on a host.</summary>
internal static class MoveScripts
{
    /// <summary>The copy, until it has been compared and taken into use.</summary>
    public const string CopyName = "data.moving";

    /// <summary>How the old data is called once it is superseded; a time follows.</summary>
    public const string AsidePrefix = "data.before-move-";

    /// <summary>The exit code for a copy that is not like its original.</summary>
    public const int Differs = 4;

    private const string SurveyFunctions = """
        superseded() { # folder: whether it holds data that was moved aside
            for found in "$1"/data.before-move-*; do [ -e "$found" ] && return 0; done
            return 1
        }
        current() { # configuration, unit: what the member really runs with
            data= size= has=no aside=no config= unit=
            if [ -r "$1" ]; then
                data=$(sed -n 's/^data-dir: *//p' "$1")
                config=$(sha256sum <"$1") && config=${config%% *}
            fi
            if [ -r "/etc/systemd/system/$2" ]; then unit=$(sha256sum <"/etc/systemd/system/$2") && unit=${unit%% *}; fi
            if [ -n "$data" ] && [ -e "$data/member" ]; then has=yes; size=$(du -s -k -- "$data"); size=${size%%[!0-9]*}; fi
            if [ -n "$data" ] && superseded "${data%/data}"; then aside=yes; fi
            # One that is about to be started again counts as running.
            case $(systemctl show --property=ActiveState --value "$2" 2>/dev/null) in inactive | failed | '') active=no ;; *) active=yes ;; esac
            fact current "$data" "$has" "$size" "$aside" "$active" "$config" "$unit"
        }
        former() { # folder
            if superseded "$1"; then fact former "$1"; fi
        }
        place() { # folder
            others=no data=no moving=no up=$1
            for entry in "$1"/* "$1"/.[!.]*; do
                if [ ! -e "$entry" ]; then continue; fi
                case ${entry##*/} in data | data.* | lost+found) ;; *) others=yes ;; esac
            done
            if [ -e "$1/data/member" ]; then data=yes; fi
            if [ -n "$(lock_holder "$1/data/member/snap/db")" ]; then data=open; fi
            if [ -e "$1/data.moving" ]; then moving=yes; fi
            while [ ! -d "$up" ]; do up=${up%/*}; if [ -z "$up" ]; then up=/; fi; done
            fact place "$1" "$others" "$data" "$moving" "$(df -P -k -- "$up" | { read -r _; read -r _ _ _ free _; echo "$free"; })"
        }

        """;

    /// <summary>Arguments: any number of <c>current</c> with two, <c>place</c> and <c>former</c> with one, <c>volume</c> with five more.</summary>
    public const string Survey = VolumeScripts.Functions + OwnerScripts.Functions + SurveyFunctions + """
        while [ $# -gt 0 ]; do
            case $1 in
                current) current "$2" "$3"; shift 3 ;;
                place) place "$2"; shift 2 ;;
                former) former "$2"; shift 2 ;;
                volume) volume "$2" "$3" "$4" "$5" "$6"; shift 6 ;;
            esac
        done

        """;

    // A script goes on when the connection to it is cut, so the next one waits for it rather than work beside it. What a script
    // starts has the lock as well.
    private const string Alone = """
        set -eu
        exec 8>>/run/etcdadmin.work
        flock 8

        """;

    /// <summary>Waits until no other of them works on this host.</summary>
    public const string Wait = Alone;

    private const string Common = Alone + """
        idle() { # unit
            if [ "$(systemctl show --property=MainPID --value "$1")" != 0 ]; then echo "the member was started meanwhile" >&2; exit 3; fi
        }
        flush() { # paths: their file systems alone, where sync can do that
            for path in "$@"; do sync -f -- "$path" 2>/dev/null || { sync; break; }; done
        }
        contents() { # folder: every file with its hash
            cd -- "$1" && find . -type f -exec sha256sum {} +
        }
        manifest() { # folder: every file with its hash, and size, mode and owner of everything
            contents "$1" && find . -type f -exec stat -c '%s %a %u:%g %n' {} + && find . -type d -exec stat -c '%a %u:%g %n' {} +
        }
        compare() { # contents or manifest, original, copy: prints what differs
            ( "$1" "$2" ) >"$work/original" && ( "$1" "$3" ) >"$work/copy" || { echo "one of them cannot be read"; return; }
            {
                grep -v -x -F -f "$work/copy" "$work/original" || :
                grep -v -x -F -f "$work/original" "$work/copy" || :
            } | head -n 3
        }

        """;

    /// <summary>$1 data, $2 its copy, $3 unit.</summary>
    public const string Copy = Common + """
        idle "$3"
        rm -rf -- "$2"
        cp -a -- "$1" "$2"
        flush "$2"
        """;

    /// <summary>$1 the copy.</summary>
    public const string RemoveCopy = Alone + """
        rm -rf -- "$1"
        """;

    /// <summary>$1 data, $2 its copy, $3 unit. Ends with <see cref="Differs"/> where they are not alike.</summary>
    public const string Compare = Common + """
        idle "$3"
        work=$(mktemp -d)
        trap 'rm -rf -- "$work"' EXIT
        difference=$(compare manifest "$1" "$2")
        if [ -n "$difference" ]; then echo "$difference" >&2; exit 4; fi
        idle "$3"
        """;

    /// <summary>
    /// $1 old folder, $2 new folder, $3 name for the old data, $4 configuration, $5 path of the unit, $6 staged configuration, $7 staged unit.
    /// Done again it completes.
    /// </summary>
    /// <remarks>
    /// Old data goes aside before anything points to the new, so that there is never a moment at which etcd could run on either. The
    /// unit is disabled meanwhile: a host that restarts just then must not start etcd with no data at all.
    /// </remarks>
    public const string Switch = Common + """
        idle "${5##*/}"
        if [ ! -e "$2/data.moving/member" ] && [ ! -e "$2/data/member" ]; then echo "there is no member's data in $2" >&2; exit 3; fi
        systemctl --quiet disable "${5##*/}"
        if [ -e "$1/data" ]; then mv -- "$1/data" "$1/$3"; fi
        if [ -e "$2/data.moving" ]; then mv -T -- "$2/data.moving" "$2/data"; fi
        mv -f -- "$6" "$4"
        mv -f -- "$7" "$5"
        flush "$2" "$1" "$4"
        systemctl daemon-reload
        systemctl --quiet enable "${5##*/}"
        """;

    /// <summary>
    /// The first five arguments of <see cref="Switch"/>, and $6 whether the member has run in the new place (yes, no). Configuration and unit
    /// are those that <see cref="MemberFileScripts.Keep"/> has kept. A member that ran in the new place has taken part in the cluster with
    /// what it wrote there, so that goes back; the old data would let it forget what it has promised.
    /// </summary>
    public const string PutBack = Common + """
        back() { # file: as it was; two names of one file, where it was not replaced, are nothing that mv would do anything about
            rm -f -- "$1.next" "$1.part"
            if [ "$1.before" -ef "$1" ]; then rm -f -- "$1.before"
            elif [ -e "$1.before" ]; then mv -f -- "$1.before" "$1"; fi
        }
        idle "${5##*/}"
        if [ ! -e "$4.before" ]; then echo "the configuration that was kept in $4.before is gone" >&2; exit 3; fi
        systemctl --quiet disable "${5##*/}"
        aside=$1/$3
        if [ ! -e "$aside" ]; then for found in "$1"/data.before-move-*; do aside=$found; done; fi # of an earlier attempt, the newest
        if [ ! -e "$1/data" ] && [ -e "$aside" ]; then
            if [ ! -e "$2/data" ]; then
                if [ "$6" = yes ]; then
                    echo "the member has run with data in $2 that is gone; its old data in $aside would let it forget what it promised" >&2
                    exit 3
                fi
                mv -- "$aside" "$1/data"
            else
                work=$(mktemp -d)
                trap 'rm -rf -- "$work"' EXIT
                if [ -z "$(compare contents "$aside" "$2/data")" ]; then mv -- "$aside" "$1/data"
                else
                    rm -rf -- "$1/data.back"
                    cp -a -- "$2/data" "$1/data.back"
                    difference=$(compare manifest "$2/data" "$1/data.back")
                    if [ -n "$difference" ]; then echo "the data could not be copied back: $difference" >&2; exit 4; fi
                    mv -- "$1/data.back" "$1/data"
                    rm -rf -- "$aside"
                fi
            fi
        fi
        idle "${5##*/}"
        back "$4"
        back "$5"
        flush "$2" "$1" "$4"
        # Only a copy from here on: should removing it be cut short, the next move makes it anew.
        if [ -e "$1/data/member" ] && [ -e "$2/data" ]; then rm -rf -- "$2/data.moving"; mv -T -- "$2/data" "$2/data.moving"; fi
        systemctl daemon-reload
        systemctl --quiet enable "${5##*/}"
        if [ -e "$1/data/member" ]; then rm -rf -- "$2/data.moving"; fi
        """;

    /// <summary>$1 old folder, $2 unit of its mount, $3 cluster, $4 member, $5 write-ahead log's folder or empty, $6 new folder, $7 list of the folders that were not there before.</summary>
    public const string RemoveOld = Alone + """
        rm -rf -- "$1"/data.before-move-*
        made=no
        if [ ! -r "$7" ] || grep -qxF -- "$1" "$7"; then made=yes; fi
        unit=/etc/systemd/system/$2
        for used in "$5" "$6"; do
            case $used/ in "$1"/*) exit 0 ;; esac
        done
        if [ -f "$unit" ] && [ "$(sed -n 's/^# cluster: //p' "$unit")" = "$3" ] && [ "$(sed -n 's/^# member: //p' "$unit")" = "$4" ]; then
            systemctl --quiet disable "$2"
            systemctl stop "$2"
            rm -f -- "$unit"
            systemctl daemon-reload
            made=yes
        fi
        if [ "$made" = yes ]; then rmdir -- "$1" 2>/dev/null || :; fi
        """;
}
