# device_children DEVICE: prints the partitions of a device and other devices that use it. Looks the device up by its numbers,
# because lsblk does not find a device that has another name in a container.
device_children() {
    numbers=$(stat -c '0x%t 0x%T' -- "$1")
    system=/sys/dev/block/$((${numbers% *})):$((${numbers#* }))
    for child in "$system"/*/partition "$system"/holders/*; do
        if [ ! -e "$child" ]; then continue; fi
        child=${child%/partition}
        printf '%s ' "${child##*/}"
    done
}
