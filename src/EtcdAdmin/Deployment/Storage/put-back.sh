# Takes the old folder into use again, with the configuration and the unit that keep-files.sh kept.
# $1 to $5 as in switch-folders.sh, $6 whether the member has run in the new place (yes, no)
# uses: work_alone require_stopped flush compare

set -eu
work_alone
back() { # file: restores it; a file that was not replaced has both names (hard links), and mv would do nothing
    rm -f -- "$1.next" "$1.part"
    # shellcheck disable=SC3013 # dash, bash and busybox have -ef
    if [ "$1.before" -ef "$1" ]; then rm -f -- "$1.before"
    elif [ -e "$1.before" ]; then mv -f -- "$1.before" "$1"; fi
}
require_stopped "${5##*/}"
if [ ! -e "$4.before" ]; then echo "the configuration that was kept in $4.before is gone" >&2; exit 3; fi
systemctl --quiet disable "${5##*/}"
aside=$1/$3
if [ ! -e "$aside" ]; then for found in "$1"/data.before-move-*; do aside=$found; done; fi # the newest one of an earlier attempt
# A member that ran in the new place has taken part in the cluster with its new data, so the new data is copied back: with the old data
# it could lose writes that it confirmed.
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
        if [ -z "$(compare "$work" contents "$aside" "$2/data")" ]; then mv -- "$aside" "$1/data"
        else
            rm -rf -- "$1/data.back"
            cp -a -- "$2/data" "$1/data.back"
            difference=$(compare "$work" manifest "$2/data" "$1/data.back")
            if [ -n "$difference" ]; then echo "the data could not be copied back: $difference" >&2; exit 4; fi
            mv -- "$1/data.back" "$1/data"
            rm -rf -- "$aside"
        fi
    fi
fi
require_stopped "${5##*/}"
back "$4"
back "$5"
flush "$2" "$1" "$4"
# Now the new folder is only a copy. If its removal is interrupted, the next move creates the copy again.
if [ -e "$1/data/member" ] && [ -e "$2/data" ]; then rm -rf -- "$2/data.moving"; mv -T -- "$2/data" "$2/data.moving"; fi
systemctl daemon-reload
systemctl --quiet enable "${5##*/}"
if [ -e "$1/data/member" ]; then rm -rf -- "$2/data.moving"; fi
