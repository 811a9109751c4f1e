# Keeps the present unit, configuration, certificates and keys of a member in a separate folder.
# $1 folder for the kept files, $2 configuration, $3 folder of certificates and keys, $4 unit or empty

set -eu
kept=$1 config=$2 pki=$3 unit=$4
# Files that an earlier run kept and did not put back are the original files. The file "complete" is written last.
if [ -e "$kept/complete" ]; then exit 0; fi
rm -rf -- "$kept"
# shellcheck disable=SC2174 # the folders above it keep the usual mode
mkdir -p -m 0700 -- "$kept"
if [ -e "$config" ]; then cp -a -- "$config" "$kept/configuration"; fi
if [ -e "$pki" ]; then cp -a -- "$pki" "$kept/pki"; fi
if [ -n "$unit" ] && [ -e "/etc/systemd/system/$unit" ]; then
    cp -a -- "/etc/systemd/system/$unit" "$kept/unit"
    systemctl is-enabled "$unit" >"$kept/enabled" 2>/dev/null || true
fi
: >"$kept/complete"
