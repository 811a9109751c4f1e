# Copies the programs of a host into the folder of a release. etcd comes last: a folder with etcd is complete.
# $1 etcd, $2 folder of the release, $3 the release
# uses: flush

set -eu
umask 022
release=$(env -i timeout 10 "$1" --version | sed -n 's/^etcd Version: *//p' | head -n 1)
if [ "$release" != "$3" ]; then echo "$1 is etcd $release, but $3 runs" >&2; exit 1; fi
mkdir -p -- "$2"
for program in etcdctl etcdutl etcd; do
    source=${1%/*}/$program
    if [ "$program" = etcd ]; then source=$1; fi
    if [ ! -f "$source" ]; then continue; fi
    cp -L -- "$source" "$2/$program.part"
    cmp -- "$source" "$2/$program.part"
    chmod 0755 -- "$2/$program.part"
    mv -f -- "$2/$program.part" "$2/$program"
done
flush "$2"
