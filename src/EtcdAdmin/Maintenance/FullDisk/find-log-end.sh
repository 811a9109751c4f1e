# Prints the path of the last file of a member's log, and "gzip" in a second line if the host has it.
# $1 write-ahead log

set -eu
last=
for file in "$1"/*-*.wal; do
    if [ -f "$file" ]; then last=$file; fi
done
echo "$last"
if command -v gzip >/dev/null 2>&1; then echo gzip; fi
