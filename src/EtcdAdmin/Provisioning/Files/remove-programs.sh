# Removes etcd's programs.
# $1 folder of the releases, $2 version, or empty for the complete folder, with the cluster's folder around it on this machine

set -u
if [ -n "$2" ]; then
    rm -rf -- "${1:?}/$2"
    if [ "$(readlink -- "$1/current" 2>/dev/null)" = "$2" ]; then rm -f -- "$1/current"; fi
    rmdir -- "$1" 2>/dev/null
else
    rm -rf -- "$1"
fi
if [ -z "$2" ]; then rmdir -- "${1%/*}" 2>/dev/null; fi
exit 0
