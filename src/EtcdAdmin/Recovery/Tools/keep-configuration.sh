# Puts a copy of the configuration with the old data.
# $1 old data where it lies aside, $2 the folder for files in it (RestoreArchive.Files), $3 configuration, $4 the user whose they
# are or empty
# uses: as_user

set -eu
umask 077
kept=$1/$2/${3##*/}
# What is there already was put there by an attempt that was broken off, before it wrote another.
if [ ! -e "$1/member" ] || [ -e "$kept" ] || [ ! -e "$3" ]; then exit 0; fi
# As that user: in a folder of somebody else's, root may be led anywhere.
as_user "$4" mkdir -p -- "$1/$2"
as_user "$4" cp -p -- "$3" "$kept.part"
sync -- "$kept.part" 2>/dev/null || sync
as_user "$4" mv -- "$kept.part" "$kept"
