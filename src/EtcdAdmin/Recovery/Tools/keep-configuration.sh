# Puts a copy of the configuration with the old data.
# $1 kept old data, $2 the folder for files in it (RestoreArchive.Files), $3 configuration, $4 the user that owns the files,
# or empty
# uses: as_user

set -eu
umask 077
kept=$1/$2/${3##*/}
# An existing copy was made by an interrupted attempt, before it wrote another configuration.
if [ ! -e "$1/member" ] || [ -e "$kept" ] || [ ! -e "$3" ]; then exit 0; fi
# As that user: in a folder of another user, links could lead root to any file.
as_user "$4" mkdir -p -- "$1/$2"
as_user "$4" cp -p -- "$3" "$kept.part"
sync -- "$kept.part" 2>/dev/null || sync
as_user "$4" mv -- "$kept.part" "$kept"
