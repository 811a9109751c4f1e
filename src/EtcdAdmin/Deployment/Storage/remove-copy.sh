# Removes the copy of the data.
# $1 the copy
# uses: work_alone

set -eu
work_alone
rm -rf -- "$1"
