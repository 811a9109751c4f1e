# Prints the last lines of a log since the last start, or nothing if there is no log.
# $1 log

if [ -r "$1" ]; then
    tail -n 400 -- "$1" | awk 'index($0, "\"msg\":\"EtcdAdmin starts etcd\"") { n = 0; next } { line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }'
fi
