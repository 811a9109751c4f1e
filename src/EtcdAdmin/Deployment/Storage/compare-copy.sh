# Compares the data of a stopped member with its copy. Exits with 4 if they differ, with the difference on standard error.
# $1 data, $2 its copy, $3 unit
# uses: work_alone require_stopped compare

set -eu
work_alone
require_stopped "$3"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
difference=$(compare "$work" manifest "$1" "$2")
if [ -n "$difference" ]; then echo "$difference" >&2; exit 4; fi
require_stopped "$3"
