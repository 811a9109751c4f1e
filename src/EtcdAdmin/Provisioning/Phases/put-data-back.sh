# Puts back the data that set-data-aside.sh moved.
# $1 to $4 as in set-data-aside.sh

set -eu
if [ -e "$2" ] && [ ! -e "$1/member" ]; then
    rmdir -- "$1" 2>/dev/null || true
    mv -T -- "$2" "$1"
fi
if [ -n "$3" ] && [ -e "$4" ] && [ ! -e "$3" ]; then mv -- "$4" "$3"; fi
