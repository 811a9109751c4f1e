# Makes a file system, unless it exists, and mounts it.
# $1 device, $2 kind, $3 mount point, $4 unit, $5 the id for the file system
# $6 whether the contents of the device may be lost (yes, no)
# $7 the first line of the unit while the file system is being made
# Standard input: the unit
# uses: device_contents device_mounts device_children

set -eu
given=$1 kind=$2 where=$3 unit=/etc/systemd/system/$4 name=$4 id=$5 force=$6 mark=$7
text=$(cat)
refuse() { echo "$1" >&2; exit 3; }
write_unit() { # first line
    ( umask 022; printf '%s%s\n' "$1" "$text" >"$unit.part" )
    sync -- "$unit.part" 2>/dev/null || sync
    mv -f -- "$unit.part" "$unit"
}
device=$(readlink -f -- "$given") || device=
[ -b "$device" ] || refuse "there is no device $given"
if ! findmnt --mountpoint "$where" >/dev/null 2>&1 && [ -d "$where" ] && [ -n "$(ls -A -- "$where")" ]; then
    refuse "there are files in $where, which the new file system would hide"
fi
found=$(blkid -p -s UUID -o value -- "$device" 2>/dev/null || :)
noted='' half=no
if [ -f "$unit" ]; then
    noted=$(sed -n 's|^What=/dev/disk/by-uuid/||p' "$unit")
    if grep -q -e "^$mark" "$unit"; then half=yes; fi
fi
if [ "$found" != "$id" ] || [ "$noted" != "$id" ] || [ "$half" = yes ]; then
    mounted=$(device_mounts "$device")
    if [ -n "$mounted" ]; then refuse "$device is mounted at $mounted"; fi
    parts=$(device_children "$device")
    if [ -n "$parts" ]; then refuse "$device has $parts on it"; fi
    carried=$(device_contents "$device")
    if [ -n "$carried" ] && [ "$force" != yes ] && { [ "$found" != "$id" ] || [ "$noted" != "$id" ]; }; then
        refuse "$device carries $carried"
    fi
    if findmnt --mountpoint "$where" >/dev/null 2>&1; then refuse "something is mounted at $where"; fi
    # The unit is written before the file system is made, with a mark and the id that the file system will have. So it is always
    # known whether a file system was completed here, only started here, or made elsewhere. Only a file system that was started
    # here is made again. mkfs opens the device exclusively: it fails if the device is in use.
    write_unit "$mark
"
    wipefs --all --quiet -- "$device"
    case $kind in
        ext4) mkfs.ext4 -q -F -m 0 -L etcd -U "$id" "$device" >&2 ;;
        xfs) mkfs.xfs -q -f -L etcd -m "uuid=$id" "$device" >&2 ;;
        *) refuse "$kind is not known" ;;
    esac
    sync -- "$device" 2>/dev/null || sync
fi
write_unit ''
if command -v udevadm >/dev/null 2>&1; then udevadm settle --timeout=10 >/dev/null 2>&1 || :; fi
left=100
while [ ! -b "/dev/disk/by-uuid/$id" ] && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
if [ ! -b "/dev/disk/by-uuid/$id" ]; then refuse "the file system was made, but /dev/disk/by-uuid/$id did not appear"; fi
( umask 022; mkdir -p -- "$where" )
systemctl daemon-reload
systemctl --quiet enable "$name" 2>/dev/null || systemctl --quiet enable "$name"
if ! systemctl start "$name"; then
    refuse "systemd did not mount it: $(journalctl --unit="$name" --lines=3 --output=cat --no-pager 2>/dev/null)"
fi
from=$(findmnt --noheadings --raw --output SOURCE --mountpoint "$where") || refuse "nothing is mounted at $where"
if [ "$(readlink -f -- "$from")" != "$device" ]; then refuse "$from, not $device, is mounted at $where"; fi
