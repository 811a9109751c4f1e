# require_stopped UNIT: ends the script with 3 if the unit runs.
require_stopped() {
    if [ "$(systemctl show --property=MainPID --value "$1")" != 0 ]; then echo "the member was started meanwhile" >&2; exit 3; fi
}
