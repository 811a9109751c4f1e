# Brings the configuration back. The kept copy is kept, for a rollback.
# $1 kept configuration, if any, $2 its place, $3 the user that owns the files, or empty
# uses: as_user

set -eu
umask 077
if [ ! -e "$1" ]; then exit 0; fi
# As that user: in a folder of another user, links could lead root to any file.
as_user "$3" cp -p -- "$1" "$2.part"
sync -- "$2.part" 2>/dev/null || sync
as_user "$3" mv -f -- "$2.part" "$2"
