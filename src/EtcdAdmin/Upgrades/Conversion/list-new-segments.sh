# Prints the segments of a log that were written after the data was moved in, one path in each line.
# $1 folder of the log, $2 the note that move-in.sh made, $3 data folder
# uses: require_unused

set -eu
require_unused "$3"
if [ -d "$1" ] && [ -s "$2" ]; then find "$1" -maxdepth 1 -type f -name '*.wal' -newer "$2"; fi
