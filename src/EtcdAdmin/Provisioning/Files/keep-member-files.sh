# Keeps unit, configuration, certificates and keys of a member aside.
# $1 folder for them, $2 configuration, $3 folder of certificates and keys, $4 unit or empty

set -eu
kept=$1 config=$2 pki=$3 unit=$4
# What an earlier run kept and did not put back is what was there first. The file "complete" comes last.
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
