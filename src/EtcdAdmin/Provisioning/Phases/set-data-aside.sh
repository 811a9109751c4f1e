# Moves earlier data of a member that joins aside.
# $1 data, $2 its new place, $3 write-ahead log or empty, $4 its new place

set -eu
if [ -n "$3" ] && [ -e "$3" ]; then mv -- "$3" "$4"; fi
# Last, because by the data it is seen that there is something to move.
if [ -e "$1/member" ]; then mv -- "$1" "$2"; fi
