# Moves the old data of a joining member aside.
# $1 data, $2 its new place, $3 write-ahead log or empty, $4 its new place

set -eu
if [ -n "$3" ] && [ -e "$3" ]; then mv -- "$3" "$4"; fi
# The data is moved last, because it shows that there is something to move.
if [ -e "$1/member" ]; then mv -- "$1" "$2"; fi
