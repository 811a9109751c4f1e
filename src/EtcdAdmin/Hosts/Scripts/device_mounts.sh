# device_mounts DEVICE: prints the places where a device itself is in use.
device_mounts() {
    findmnt --noheadings --raw --output TARGET --source "$1" 2>/dev/null | tr '\n' ' '
    while read -r swap _; do if [ "$swap" = "$1" ]; then printf 'swap '; fi; done </proc/swaps
}
