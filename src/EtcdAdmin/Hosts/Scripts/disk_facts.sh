# disk_facts DATA WAL: prints how full their disks are, a line each: disk, ro or rw, size and free in KB, path. WAL may be empty.
# The options of the mount say whether that can be written to: test -w checks only the caller's permissions, and for root busybox
# and older C libraries call everything writable. Since Linux 6.15 ext4 says emergency_ro after an error. Where there are no such
# options to read (macOS), test -w is all there is.
is_read_only() { # folder, mount point
    if [ ! -r /proc/mounts ]; then [ ! -w "$1" ]; return; fi
    # The last entry counts: it hides those before it. cat reads whole pages, see storage_facts.
    mounts=$(cat /proc/mounts) now=
    after=${mounts##* "$2" }
    if [ "$after" != "$mounts" ]; then now=${after#* } now=${now%% *}; fi
    case ,$now, in *,ro,* | *,emergency_ro,*) return 0 ;; esac
    return 1
}
disk_facts() {
    for place in "$1" "$2"; do
        [ -n "$place" ] || continue
        found=$place
        while [ -n "$found" ] && [ ! -d "$found" ]; do found=${found%/*}; done
        # shellcheck disable=SC2046 # split on purpose
        set -- $(LC_ALL=C df -Pk -- "${found:-/}" 2>/dev/null)
        # Filesystem 1024-blocks Used Available Capacity Mounted on
        if [ "$#" -ge 13 ]; then shift 7; fi
        size=${2:-} free=${4:-} mode=rw
        if [ "$#" -ge 6 ]; then shift 5; fi
        if is_read_only "${found:-/}" "$*"; then mode=ro; fi
        printf 'disk %s %s %s %s\n' "$mode" "$size" "$free" "$place"
    done
}
