# Moves the data of a removed member aside, so that no etcd starts with it by accident.
# $1 data, $2 write-ahead log or empty, $3 suffix for their names

set -eu
if [ -e "$1/member" ]; then mv -- "$1" "$1.$3"; fi
if [ -n "$2" ] && [ -e "$2" ]; then mv -- "$2" "$2.$3"; fi
rmdir -- "$1" 2>/dev/null || true
