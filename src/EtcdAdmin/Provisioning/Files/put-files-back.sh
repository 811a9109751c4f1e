# Puts back what keep-files.sh kept, with its times.
# Arguments: the same paths

set -eu
for file in "$@"; do
    rm -f -- "$file.part"
    # Two names of one file, where it was not replaced, are nothing that mv would do anything about.
    # shellcheck disable=SC3013 # dash, bash and busybox have -ef
    if [ "$file.before" -ef "$file" ]; then rm -f -- "$file.before"
    elif [ -e "$file.before" ]; then mv -f -- "$file.before" "$file"; fi
done
sync -- "$@" 2>/dev/null || sync
