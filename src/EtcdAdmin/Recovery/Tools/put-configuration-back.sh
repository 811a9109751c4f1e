# Puts the configuration that came back with the data in its place.
# $1 data folder, $2 the folder for files in it, $3 configuration

set -eu
kept=$1/$2/${3##*/}
if [ -e "$kept" ]; then mv -f -- "$kept" "$3"; fi
rm -f -- "$kept.part"
rmdir -- "$1/$2" 2>/dev/null || :
