# Makes the configuration folder, and brings missing certificates, keys and the unit back. The kept copies remain, for a
# rollback.
# $1 folder with the kept files of a member, if any, $2 configuration folder, $3 folder of certificates and keys
# $4 kept unit or empty, $5 path of the unit or empty, $6 the user that owns the files, or empty
# uses: as_user

set -eu
umask 077
if [ -n "$4" ] && [ -e "$4" ] && [ ! -e "$5" ]; then
    cp -p -- "$4" "$5.part"
    mv -f -- "$5.part" "$5"
fi
if [ ! -d "$2" ]; then
    mkdir -p -- "$2"
    chmod 0700 -- "$2"
    if [ -n "$6" ]; then chown -- "$6:$6" "$2"; fi
fi
if [ -e "$1/pki" ] && [ ! -e "$3" ]; then
    # As that user: in a folder of another user, links could lead root to any file.
    as_user "$6" rm -rf -- "$3.part"
    as_user "$6" cp -pR -- "$1/pki" "$3.part"
    as_user "$6" mv -T -- "$3.part" "$3"
fi
