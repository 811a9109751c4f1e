# Removes the files that bring-files-back.sh brought to a member that is not in the cluster now.
# $1 configuration, $2 folder of certificates and keys, $3 unit or empty, $4 path of the unit or empty

set -u
if [ -n "$3" ]; then
    systemctl --quiet disable "$3" 2>/dev/null
    rm -f -- "$4"
    systemctl daemon-reload
fi
rm -rf -- "$2"
rm -f -- "$1" "$1.part"
rmdir -- "${1%/*}" 2>/dev/null
exit 0
