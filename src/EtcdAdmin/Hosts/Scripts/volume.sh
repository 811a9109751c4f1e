# volume NAME DEVICE KIND MOUNTPOINT UNIT MARK: prints one fact about a device for data, see VolumeFacts. KIND is the kind of
# file system. MARK is the first line of the unit while the file system is being made.
# uses: fact device_contents device_mounts device_children
volume() {
    device=$(readlink -f -- "$2" 2>/dev/null) || device=
    if [ ! -b "$device" ]; then device=; fi
    size='' uuid='' contents='' mounts='' children='' tool=no place=absent owner='' made='' half=no
    if [ -n "$device" ]; then
        size=$(blockdev --getsize64 "$device" 2>/dev/null)
        uuid=$(blkid -p -s UUID -o value -- "$device" 2>/dev/null)
        contents=$(device_contents "$device")
        mounts=$(device_mounts "$device")
        children=$(device_children "$device")
    fi
    if command -v "mkfs.$3" >/dev/null 2>&1; then tool=yes; fi
    if [ -d "$4" ]; then place=empty; if [ -n "$(ls -A -- "$4")" ]; then place=full; fi; fi
    from=$(findmnt --noheadings --raw --output SOURCE --mountpoint "$4" 2>/dev/null)
    if [ -n "$from" ]; then from=$(readlink -f -- "$from"); fi # as for the device: LVM has several names for one device
    unit=/etc/systemd/system/$5
    if [ -f "$unit" ]; then
        owner=$(sed -n 's/^# cluster: //p' "$unit")/$(sed -n 's/^# member: //p' "$unit")
        made=$(sed -n 's|^What=/dev/disk/by-uuid/||p' "$unit")
        if grep -q -e "^$6" "$unit"; then half=yes; fi
    fi
    fact volume "$1" "$device" "$size" "$uuid" "$contents" "$mounts" "$children" "$tool" "$place" "$from" "$owner" "$made" "$half"
}
