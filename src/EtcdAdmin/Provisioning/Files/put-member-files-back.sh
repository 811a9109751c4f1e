# Puts back the files that keep-member-files.sh kept, each by a rename, so that a file is always complete. Files that were not there
# before are removed.
# $1 to $4 as in keep-member-files.sh, $5 data, $6 write-ahead log or empty: the present data is moved aside
# $7 time, for its new name
# $8 the list of the folders that EtcdAdmin created

set -eu
kept=$1 config=$2 pki=$3 unit=$4 data=$5 wal=$6 stamp=$7 list=$8
if [ ! -e "$kept/complete" ]; then exit 0; fi
if [ -e "$data/member" ]; then mv -- "$data" "$data.before-undo-$stamp"; fi
if [ -n "$wal" ] && [ -e "$wal" ]; then mv -- "$wal" "$wal.before-undo-$stamp"; fi
if [ -n "$unit" ]; then
    if [ -e "/etc/systemd/system/$unit" ]; then systemctl --quiet disable "$unit" 2>/dev/null || true; fi
    if [ -e "$kept/unit" ]; then
        cp -a -- "$kept/unit" "/etc/systemd/system/$unit.part"
        mv -f -- "/etc/systemd/system/$unit.part" "/etc/systemd/system/$unit"
    else
        rm -f -- "/etc/systemd/system/$unit"
    fi
    systemctl daemon-reload
    systemctl reset-failed "$unit" 2>/dev/null || true
    if [ "$(cat "$kept/enabled" 2>/dev/null)" = enabled ]; then systemctl --quiet enable "$unit"; fi
fi
if [ -e "$kept/configuration" ]; then
    cp -a -- "$kept/configuration" "$config.part"
    mv -f -- "$config.part" "$config"
else
    rm -f -- "$config"
fi
rm -rf -- "$pki"
if [ -e "$kept/pki" ]; then cp -a -- "$kept/pki" "$pki"; fi
rm -rf -- "$kept"
if [ ! -e "$config" ]; then
    if [ -r "$list" ]; then
        made=$(cat "$list")
        rm -f -- "$list"
        printf '%s\n' "$made" | sort -r | while IFS= read -r folder; do rmdir -- "$folder" 2>/dev/null || true; done
    fi
fi
