# Writes standard input into a file at an offset, and truncates the file after it.
# $1 file, $2 offset in bytes

set -eu
dd of="$1" bs=1 seek="$2"
sync
