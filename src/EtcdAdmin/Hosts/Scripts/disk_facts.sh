# disk_facts DATA WAL: prints the usage of their disks, one line each: disk, ro or rw, size and free in KB, path. WAL may be
# empty. The mount options show whether a file system is writable. test -w checks only the permissions of the caller, and for
# root busybox and older C libraries report everything as writable. Since Linux 6.15 ext4 reports emergency_ro after an error.
# Only if the options cannot be read (macOS), test -w decides.
is_read_only() { # folder, mount point
    if [ ! -r /proc/mounts ]; then [ ! -w "$1" ]; return; fi
    # The last entry counts: it hides earlier ones. cat reads complete pages, see storage_facts.
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
