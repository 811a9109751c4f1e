# Keeps the unit that ran a member from starting at boot, and notes whether it did. Drop-in files are moved aside: a unit of the
# same name would use them, and they were written for the old one.
# $1 unit, $2 folder for the note and the drop-in files

set -eu
if [ ! -s "$2/own-unit" ]; then systemctl is-enabled "$1" >"$2/own-unit" 2>/dev/null || true; fi
systemctl --quiet disable "$1" 2>/dev/null || true
if [ -d "/etc/systemd/system/$1.d" ] && [ ! -e "$2/drop-ins" ]; then
    mv -T -- "/etc/systemd/system/$1.d" "$2/drop-ins"
    systemctl daemon-reload
fi
