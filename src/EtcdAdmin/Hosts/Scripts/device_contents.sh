# device_contents DEVICE: prints everything found on a device.
device_contents() {
    {
        wipefs --no-act --parsable -- "$1" 2>/dev/null | while IFS= read -r line; do
            case $line in '#'*) ;; *) printf '%s\n' "${line##*,}" ;; esac
        done
        blkid -p -s TYPE -s PTTYPE -o value -- "$1" 2>/dev/null || :
    } | sort -u | tr '\n' ' '
}
