# Keeps files under a second name, so that putting them back needs no disk space.
# Arguments: any number of paths; missing files are skipped

set -eu
for file in "$@"; do
    rm -f -- "$file.before"
    [ ! -e "$file" ] || ln -- "$file" "$file.before" 2>/dev/null || cp -p -- "$file" "$file.before"
done
