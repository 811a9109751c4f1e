namespace EtcdAdmin.Provisioning.Volumes;

/// <summary>What is looked at and done on a host for a data volume.</summary>
internal static class VolumeScripts
{
    /// <summary>
    /// Defines <c>volume NAME DEVICE KIND MOUNTPOINT UNIT</c>, which prints one fact, see <see cref="VolumeFacts.From"/>. The kernel is
    /// asked by the device's numbers, as lsblk does not find a device that a container knows by another name.
    /// </summary>
    public const string Functions = $$"""
        contents() { # device: everything that is found on it
            {
                wipefs --no-act --parsable -- "$1" 2>/dev/null | while IFS= read -r line; do
                    case $line in '#'*) ;; *) printf '%s\n' "${line##*,}" ;; esac
                done
                blkid -p -s TYPE -s PTTYPE -o value -- "$1" 2>/dev/null || :
            } | sort -u | tr '\n' ' '
        }
        mounts() { # device: where it is in use as it is
            findmnt --noheadings --raw --output TARGET --source "$1" 2>/dev/null | tr '\n' ' '
            while read -r swap _; do if [ "$swap" = "$1" ]; then printf 'swap '; fi; done </proc/swaps
        }
        children() { # device: its partitions, and what else is made of it
            numbers=$(stat -c '0x%t 0x%T' -- "$1")
            system=/sys/dev/block/$((${numbers% *})):$((${numbers#* }))
            for child in "$system"/*/partition "$system"/holders/*; do
                if [ ! -e "$child" ]; then continue; fi
                child=${child%/partition}
                printf '%s ' "${child##*/}"
            done
        }
        volume() { # name, device, kind of file system, mount point, unit
            device=$(readlink -f -- "$2" 2>/dev/null) && [ -b "$device" ] || device=
            size= uuid= contents= mounts= children= tool=no place=absent owner= made= half=no
            if [ -n "$device" ]; then
                size=$(blockdev --getsize64 "$device" 2>/dev/null)
                uuid=$(blkid -p -s UUID -o value -- "$device" 2>/dev/null)
                contents=$(contents "$device")
                mounts=$(mounts "$device")
                children=$(children "$device")
            fi
            if command -v "mkfs.$3" >/dev/null 2>&1; then tool=yes; fi
            if [ -d "$4" ]; then place=empty; if [ -n "$(ls -A -- "$4")" ]; then place=full; fi; fi
            from=$(findmnt --noheadings --raw --output SOURCE --mountpoint "$4" 2>/dev/null)
            if [ -n "$from" ]; then from=$(readlink -f -- "$from"); fi # as the device: LVM has several names for one
            unit=/etc/systemd/system/$5
            if [ -f "$unit" ]; then
                owner=$(sed -n 's/^# cluster: //p' "$unit")/$(sed -n 's/^# member: //p' "$unit")
                made=$(sed -n 's|^What=/dev/disk/by-uuid/||p' "$unit")
                if grep -q '^{{VolumeUnit.UnfinishedMark}}' "$unit"; then half=yes; fi
            fi
            fact volume "$1" "$device" "$size" "$uuid" "$contents" "$mounts" "$children" "$tool" "$place" "$from" "$owner" "$made" "$half"
        }

        """;

    /// <summary>
    /// $1 device, $2 kind, $3 mount point, $4 unit, $5 the id for the file system, $6 whether what is on the device may be lost
    /// (yes, no). Standard input: the unit. Makes the file system, unless it is there, and mounts it.
    /// </summary>
    /// <remarks>
    /// The unit is written before the file system is made, with a mark and the id that the file system will have. So at any later
    /// moment it can be told what was made here, what was only begun, and what is somebody else's; only the first two are touched,
    /// and the first is never made again. mkfs itself opens the device exclusively: it fails if anything uses it.
    /// </remarks>
    public const string Prepare = Functions + $$"""
        set -eu
        given=$1 kind=$2 where=$3 unit=/etc/systemd/system/$4 name=$4 id=$5 force=$6
        text=$(cat)
        refuse() { echo "$1" >&2; exit 3; }
        write_unit() { # first line
            ( umask 022; printf '%s%s\n' "$1" "$text" >"$unit.part" )
            sync -- "$unit.part" 2>/dev/null || sync
            mv -f -- "$unit.part" "$unit"
        }
        device=$(readlink -f -- "$given") && [ -b "$device" ] || refuse "there is no device $given"
        if ! findmnt --mountpoint "$where" >/dev/null 2>&1 && [ -d "$where" ] && [ -n "$(ls -A -- "$where")" ]; then
            refuse "there are files in $where, which the new file system would hide"
        fi
        found=$(blkid -p -s UUID -o value -- "$device" 2>/dev/null || :)
        noted= half=no
        if [ -f "$unit" ]; then
            noted=$(sed -n 's|^What=/dev/disk/by-uuid/||p' "$unit")
            if grep -q '^{{VolumeUnit.UnfinishedMark}}' "$unit"; then half=yes; fi
        fi
        if [ "$found" != "$id" ] || [ "$noted" != "$id" ] || [ "$half" = yes ]; then
            mounted=$(mounts "$device")
            if [ -n "$mounted" ]; then refuse "$device is mounted at $mounted"; fi
            parts=$(children "$device")
            if [ -n "$parts" ]; then refuse "$device has $parts on it"; fi
            carried=$(contents "$device")
            if [ -n "$carried" ] && [ "$force" != yes ] && { [ "$found" != "$id" ] || [ "$noted" != "$id" ]; }; then
                refuse "$device carries $carried"
            fi
            if findmnt --mountpoint "$where" >/dev/null 2>&1; then refuse "something is mounted at $where"; fi
            write_unit '{{VolumeUnit.UnfinishedMark}}
        '
            wipefs --all --quiet -- "$device"
            case $kind in
                ext4) mkfs.ext4 -q -F -m 0 -L etcd -U "$id" "$device" >&2 ;;
                xfs) mkfs.xfs -q -f -L etcd -m "uuid=$id" "$device" >&2 ;;
                *) refuse "$kind is not known" ;;
            esac
            sync -- "$device" 2>/dev/null || sync
        fi
        write_unit ''
        if command -v udevadm >/dev/null 2>&1; then udevadm settle --timeout=10 >/dev/null 2>&1 || :; fi
        left=100
        while [ ! -b "/dev/disk/by-uuid/$id" ] && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
        if [ ! -b "/dev/disk/by-uuid/$id" ]; then refuse "the file system was made, but /dev/disk/by-uuid/$id did not appear"; fi
        ( umask 022; mkdir -p -- "$where" )
        systemctl daemon-reload
        systemctl --quiet enable "$name" 2>/dev/null || systemctl --quiet enable "$name"
        if ! systemctl start "$name"; then
            refuse "systemd did not mount it: $(journalctl --unit="$name" --lines=3 --output=cat --no-pager 2>/dev/null)"
        fi
        from=$(findmnt --noheadings --raw --output SOURCE --mountpoint "$where") || refuse "nothing is mounted at $where"
        if [ "$(readlink -f -- "$from")" != "$device" ]; then refuse "$from, not $device, is mounted at $where"; fi
        """;
}
