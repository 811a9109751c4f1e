# Lets etcd reserve the next part of its log again, from its next start on.
# $1 write-ahead log, $2 unit or empty
# uses: no_reserve

set -eu
if [ -d "$1/0.tmp" ]; then rmdir -- "$1/0.tmp"; fi
if [ -n "$2" ] && [ -f "$(no_reserve "$2")" ]; then
    rm -f -- "$(no_reserve "$2")"
    rmdir -- "/run/systemd/system/$2.d" 2>/dev/null || :
    systemctl daemon-reload
fi
