# flush PATH...: flushes written data to the disks, only for the file systems of these paths if sync supports that.
flush() {
    for flushed in "$@"; do sync -f -- "$flushed" 2>/dev/null || { sync; break; }; done
}
