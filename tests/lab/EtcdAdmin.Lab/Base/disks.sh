#!/bin/sh
# Does what udev does on a real host: makes the nodes of this host's disks and their links by UUID. /etc/lab/disks has a line
# "name major minor" for each. The kernel shows every disk of the machine in /sys; only this host's are left to see.
# With the argument "watch" it goes on doing so.
set -eu
links=/dev/disk/by-uuid

show() {
    mkdir -p "$links"
    for known in /sys/block/*; do
        name=${known##*/}
        [ -L "$known" ] && ! grep -q "^$name " /etc/lab/disks && rm -f "$known" "/dev/$name"
    done
    while read -r name major minor; do
        [ -b "/dev/$name" ] || mknod -m 660 "/dev/$name" b "$major" "$minor" || [ -b "/dev/$name" ]
        [ -L "/sys/block/$name" ] || ln -sfn "$(readlink -f "/sys/dev/block/$major:$minor")" "/sys/block/$name"
    done </etc/lab/disks

    for link in "$links"/*; do
        [ -L "$link" ] || continue
        [ -b "$link" ] && [ "$(blkid -p -s UUID -o value "$link")" = "${link##*/}" ] || rm -f "$link"
    done
    while read -r name major minor; do
        uuid=$(blkid -p -s UUID -o value "/dev/$name") || continue
        [ -z "$uuid" ] || [ "$(readlink "$links/$uuid")" = "../../$name" ] || ln -sfn "../../$name" "$links/$uuid"
    done </etc/lab/disks
}

touch /etc/lab/disks
grep -q ' /sys/block ' /proc/self/mounts || mount -t tmpfs -o mode=755,size=64k lab-disks /sys/block
show
while [ "${1-}" = watch ]; do
    sleep 0.3
    if [ -s /etc/lab/disks ]; then show; fi
done
