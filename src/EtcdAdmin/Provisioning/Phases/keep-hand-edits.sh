# Keeps copies of files.
# $1 folder for the copies, $2 time, for their names, then files

set -eu
folder=$1 time=$2
shift 2
for file in "$@"; do cp -p -- "$file" "$folder/${file##*/}.$time.kept"; done
