# Writes standard input into a file. The file ends behind it.
# $1 file, $2 where it goes, in bytes from the start of the file

set -eu
dd of="$1" bs=1 seek="$2"
sync
