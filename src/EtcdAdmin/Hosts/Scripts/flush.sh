# flush PATH...: flushes written data to the disks, only for the file systems of these paths if sync supports that.
flush() {
    for path in "$@"; do sync -f -- "$path" 2>/dev/null || { sync; break; }; done
}
