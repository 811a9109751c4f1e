# Starts etcd under systemd.
# $1 unit, $2 folder of the releases, $3 version
# $4 the file that lets the unit start without data (SystemdMemberService.FirstStartFile)
# $5 the file for the id of this run, for unit-log.sh
# $6 whether its data must be there (yes, no), $7 database, $8 folder of the write-ahead log
# Exits with 44 or 45, see require_data.
# uses: require_data start_unit

# Mounts the file systems that the unit needs, as systemd would do before it starts the unit.
mount_needed() { # unit; systemd prints the names with shell quotes
    eval "set -- $(systemctl show --property=Requires --value "$1")"
    for needed in "$@"; do
        case $needed in *.mount) systemctl start -- "$needed" 2>/dev/null || : ;; esac
    done
}
set -eu
began=$(date +%s)
if [ "$(readlink -- "$2/current" 2>/dev/null)" != "$3" ]; then
    # The unit runs the program that the link points to. The link is replaced by a rename, so it always points to a program.
    ln -sfn -- "$3" "$2/current.part"
    mv -fT -- "$2/current.part" "$2/current"
fi
systemctl daemon-reload
if [ "$(systemctl show --property=MainPID --value "$1")" = 0 ]; then
    if [ "$6" = yes ]; then
        rm -f -- "$4"
        mount_needed "$1"
        require_data "$7" "$8"
    else
        : >"$4"
    fi
fi
systemctl --quiet --no-reload enable "$1" 2>/dev/null || systemctl --quiet --no-reload enable "$1"
start_unit "$1" "$began"
systemctl show --property=InvocationID --value "$1" >"$5"
