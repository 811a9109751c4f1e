# Copies the data of a stopped member.
# $1 data, $2 its copy, $3 unit
# uses: work_alone require_stopped flush

set -eu
work_alone
require_stopped "$3"
rm -rf -- "$2"
cp -a -- "$1" "$2"
flush "$2"
