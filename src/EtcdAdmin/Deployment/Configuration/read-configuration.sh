# Prints the configuration that a member runs with, one fact per line, files in base64: unit, dropins, file, command,
# environment, and "pending yes" if the configuration was changed after the start of etcd.
# $1 configuration, $2 unit or empty, $3 process if there is no unit
# uses: outdated

part() { printf '%s %s\n' "$1" "$(base64 | tr -d '\n')"; }
pid=$3
if [ -n "$2" ]; then
    if [ -r "/etc/systemd/system/$2" ]; then part unit <"/etc/systemd/system/$2"; fi
    pid=$(systemctl show --property=MainPID --value "$2" 2>/dev/null)
    printf 'dropins %s\n' "$(systemctl show --property=DropInPaths --value "$2" 2>/dev/null)"
fi
if [ -r "$1" ]; then part file <"$1"; fi
if [ -n "$pid" ] && [ "$pid" != 0 ] && [ -r "/proc/$pid/cmdline" ]; then
    tr '\0' '\n' <"/proc/$pid/cmdline" | part command
    # etcd ignores these variables when it has a configuration file; they are shown because operators set them.
    tr '\0' '\n' <"/proc/$pid/environ" | grep '^ETCD_' | part environment
    if outdated "$1" "$2" "$pid"; then echo 'pending yes'; fi
fi
