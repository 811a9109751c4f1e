# flush PATH...: has everything written to their disks. Their file systems alone, where sync can do that.
flush() {
    for path in "$@"; do sync -f -- "$path" 2>/dev/null || { sync; break; }; done
}
