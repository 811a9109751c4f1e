# storage_facts: prints the disks and file systems of a host.
# uses: fact
storage_facts() {
    # In a container, lsblk also shows disks of the machine. Only disks with a device node count.
    lsblk --bytes --pairs --output PATH,SIZE,TYPE,FSTYPE,UUID,MOUNTPOINT,PTTYPE 2>/dev/null | while IFS= read -r line; do
        path=${line#PATH=\"}; path=${path%%\"*}
        if [ -b "$path" ]; then fact disk "$line"; fi
    done
    # df would wait forever for a dead file server, so -l is used where df supports it.
    near=; if df -l / >/dev/null 2>&1; then near=-l; fi
    df -P -k -T $near 2>/dev/null | while read -r source type size _ free _ mount; do fact filesystem "$source" "$type" "$size" "$free" "$mount"; done
    df -P -i $near 2>/dev/null | while read -r _ all _ free _ mount; do fact inodes "$mount" "$all" "$free"; done
    # cat reads complete pages. The shell reads byte by byte; before Linux 5.8 it misses an entry if an earlier one is removed
    # in the meantime.
    # shellcheck disable=SC2002
    cat /proc/mounts 2>/dev/null | while read -r _ mount _ options _; do
        case ,$options, in *,ro,* | *,emergency_ro,*) fact readonly "$mount" ;; esac
    done
}
