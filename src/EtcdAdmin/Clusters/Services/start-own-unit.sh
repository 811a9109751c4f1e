# Starts a unit that EtcdAdmin did not write, and waits for its process. Changes nothing else.
# $1 unit, $2 database, $3 folder of the write-ahead log
# Exits with 44 or 45, see require_data.
# uses: require_data start_unit

set -eu
if [ "$(systemctl show --property=MainPID --value "$1")" != 0 ]; then exit 0; fi
require_data "$2" "$3"
began=$(date +%s)
start_unit "$1" "$began"
