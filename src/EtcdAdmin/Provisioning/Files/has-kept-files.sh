# Prints "kept" if keep-files.sh has kept a file that was neither put back nor forgotten since: a change of the member was interrupted.
# Arguments: the same paths

set -eu
for file in "$@"; do
    if [ -e "$file.before" ]; then echo kept && exit 0; fi
done
