# Removes etcd's programs.
# $1 folder of the releases; then the versions. Without versions: the complete folder, with the cluster's folder around it on this machine

set -u
folder=$1
shift
if [ $# -eq 0 ]; then
    rm -rf -- "$folder"
    rmdir -- "${folder%/*}" 2>/dev/null
    exit 0
fi
for version in "$@"; do
    rm -rf -- "${folder:?}/$version"
    if [ "$(readlink -- "$folder/current" 2>/dev/null)" = "$version" ]; then rm -f -- "$folder/current"; fi
done
rmdir -- "$folder" 2>/dev/null
exit 0
