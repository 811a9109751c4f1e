# Keeps the unit that ran a member from starting at boot, and notes whether it did.
# $1 unit, $2 folder for the note

set -eu
if [ ! -s "$2/own-unit" ]; then systemctl is-enabled "$1" >"$2/own-unit" 2>/dev/null || true; fi
systemctl --quiet disable "$1" 2>/dev/null || true
