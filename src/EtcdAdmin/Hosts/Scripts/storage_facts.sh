# storage_facts: prints the disks and file systems of a host.
# uses: fact
storage_facts() {
    # lsblk shows what the kernel knows, which in a container is more than the container has: only what has a device node counts.
    lsblk --bytes --pairs --output PATH,SIZE,TYPE,FSTYPE,UUID,MOUNTPOINT,PTTYPE 2>/dev/null | while IFS= read -r line; do
        path=${line#PATH=\"}; path=${path%%\"*}
        if [ -b "$path" ]; then fact disk "$line"; fi
    done
    # A file server that is dead would keep df for ever, hence -l where that is known.
    near=; if df -l / >/dev/null 2>&1; then near=-l; fi
    df -P -k -T $near 2>/dev/null | while read -r source type size _ free _ mount; do fact filesystem "$source" "$type" "$size" "$free" "$mount"; done
    df -P -i $near 2>/dev/null | while read -r _ all _ free _ mount; do fact inodes "$mount" "$all" "$free"; done
    # cat reads whole pages. The shell reads byte by byte; before Linux 5.8 it misses an entry when one further up goes meanwhile.
    # shellcheck disable=SC2002
    cat /proc/mounts 2>/dev/null | while read -r _ mount _ options _; do
        case ,$options, in *,ro,* | *,emergency_ro,*) fact readonly "$mount" ;; esac
    done
}
