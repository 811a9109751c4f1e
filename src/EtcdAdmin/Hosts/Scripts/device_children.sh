# device_children DEVICE: prints the partitions of a device, and what else is made of it. The kernel is asked by the device's
# numbers, as lsblk does not find a device that a container knows by another name.
device_children() {
    numbers=$(stat -c '0x%t 0x%T' -- "$1")
    system=/sys/dev/block/$((${numbers% *})):$((${numbers#* }))
    for child in "$system"/*/partition "$system"/holders/*; do
        if [ ! -e "$child" ]; then continue; fi
        child=${child%/partition}
        printf '%s ' "${child##*/}"
    done
}
