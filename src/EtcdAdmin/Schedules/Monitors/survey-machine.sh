# Checks whether this machine can run a timer for a cluster for this user. Prints lines name=value: the folders of the
# timer, the user, lingering=yes if the user's timers run without a login, and problem=... and unwritable=... for problems.
# $1 cluster, $2 folder of the text file or empty, $3 word of the kind
# uses: monitor_places own_systemd
# shellcheck disable=SC2154 # monitor_places sets them

set -u
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
monitor_places "$1" "$3"
own_systemd
user=$(id -un)
printf 'units=%s\nown=%s\nstate=%s\nuser=%s\nuid=%s\n' "$units" "$own" "$state" "$user" "$(id -u)"
if [ "$(id -u)" -eq 0 ] || [ -e "/var/lib/systemd/linger/$user" ]; then echo lingering=yes; fi
if ! command -v systemctl >/dev/null; then
    echo "problem=it has no systemd"
elif ! systemctl show --property=Version >/dev/null 2>&1; then
    if [ "$(id -u)" -eq 0 ] || [ ! -d /run/systemd/system ]; then
        echo "problem=systemd does not run here"
    else
        echo "problem=systemd does not run for user $user; 'sudo loginctl enable-linger $user' starts it"
    fi
fi
for tool in sed grep tail head date sha256sum; do
    command -v "$tool" >/dev/null || echo "problem=it has no $tool"
done
if [ -n "$2" ] && { [ ! -d "$2" ] || [ ! -w "$2" ]; }; then echo "unwritable=$2 is not a folder in which $user can write"; fi
exit 0
