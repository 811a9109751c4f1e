#!/bin/bash
# Does what udev does on a real host: makes the nodes of this host's disks and their links by UUID. /etc/lab/disks has a line
# "name major minor" for each. The kernel shows every disk of the machine in /sys; only this host's are left to see.
# With the argument "watch" it goes on doing so.
set -eu
links=/dev/disk/by-uuid

show() {
    mkdir -p "$links"
    local ours=" " known name major minor link uuid
    while read -r name major minor; do ours+="$name "; done </etc/lab/disks
    for known in /sys/block/*; do
        name=${known##*/}
        if [[ -L $known && $ours != *" $name "* ]]; then rm -f "$known" "/dev/$name"; fi
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
[ "${1-}" = watch ] || exit 0
# Nothing is ever written to it: reading from it with a limit waits without starting a process, many times a second on every host.
[ -p /run/lab-disks.wait ] || mkfifo -m 600 /run/lab-disks.wait
exec 3<>/run/lab-disks.wait
last=
while true; do
    read -r -t 0.3 -u 3 || true
    # Another disk, or something written to one.
    now=
    while read -r name major minor; do
        read -r _ _ _ _ writes _ <"/sys/dev/block/$major:$minor/stat" || writes=none
        now+="$name $major $minor $writes,"
    done </etc/lab/disks
    if [ "$now" != "$last" ]; then show; fi
    last=$now
done
