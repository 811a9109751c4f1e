# Lets etcd reserve the next part of its log again, from its next start on.
# $1 write-ahead log

set -eu
if [ -d "$1/0.tmp" ]; then rmdir -- "$1/0.tmp"; fi
