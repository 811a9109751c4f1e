# Starts etcd as a process without a supervisor, in a separate session, so that Ctrl+C and hang-up of the terminal do not reach
# it.
# $1 pid file, $2 configuration file, $3 etcd, $4 log, $5 the member's folder
# $6 whether its data must be there (yes, no), $7 database, $8 folder of the write-ahead log
# Exits with 44 or 45, see require_data.
# uses: find_process require_data

set -u
if find_process "$1" "$2"; then exit 0; fi
if [ "$6" = yes ]; then require_data "$7" "$8"; fi
set -- "$1" "$2" "$3" "$4" "$5"
cd -- "$5" || exit 1
umask 077
if command -v setsid >/dev/null 2>&1; then set -- "$@" setsid; else set -- "$@" nohup; fi
pid_file=$1 config=$2 etcd=$3 log=$4
shift 5
echo "{\"level\":\"info\",\"ts\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",\"msg\":\"EtcdAdmin starts etcd\"}" >>"$log"
"$@" "$etcd" --config-file "$config" </dev/null >>"$log" 2>&1 &
echo "$!" >"$pid_file.part" && mv -f -- "$pid_file.part" "$pid_file"
