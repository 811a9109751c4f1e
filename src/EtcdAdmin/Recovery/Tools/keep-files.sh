# Keeps the files of a member that leaves the cluster with its data, completely or not at all; does nothing without data.
# $1 data folder, $2 configuration, $3 folder of certificates and keys, $4 unit or empty, $5 the folder for files in the data
# $6 the user that owns the files, or empty
# uses: as_user

set -eu
umask 077
kept=$1/$5
if [ ! -e "$1/member" ] || [ -e "$kept" ]; then exit 0; fi
# The unit is kept beside its place: root starts its commands, so only root may write it.
if [ -n "$4" ] && [ -e "$4" ]; then
    cp -p -- "$4" "$4.$5.part"
    mv -- "$4.$5.part" "$4.$5"
fi
# As that user: in a folder of another user, links could lead root to any file.
as_user "$6" rm -rf -- "$kept.part"
as_user "$6" mkdir -- "$kept.part"
if [ -e "$2" ]; then as_user "$6" cp -p -- "$2" "$kept.part/etcd.conf.yml"; fi
if [ -e "$3" ]; then as_user "$6" cp -pR -- "$3" "$kept.part/pki"; fi
sync
as_user "$6" mv -T -- "$kept.part" "$kept"
