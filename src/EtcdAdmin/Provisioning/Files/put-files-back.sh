# Puts back the files that keep-files.sh kept, with their times.
# Arguments: the same paths

set -eu
for file in "$@"; do
    rm -f -- "$file.part"
    # A file that was not replaced has both names (hard links), and mv would do nothing.
    # shellcheck disable=SC3013 # dash, bash and busybox have -ef
    if [ "$file.before" -ef "$file" ]; then rm -f -- "$file.before"
    elif [ -e "$file.before" ]; then mv -f -- "$file.before" "$file"; fi
done
sync -- "$@" 2>/dev/null || sync
