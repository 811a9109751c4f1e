# Puts old folders back in place of new ones. Also works if the switch stopped between its two moves, if there was no old data,
# or if an earlier attempt had switched.
# Arguments: three for each folder: its path, where the old folder was moved, where the new folder came from
# uses: free_name

set -eu
while [ $# -ge 3 ]; do
    if [ -e "$2" ]; then
        if [ -e "$1" ] && [ -e "$3" ]; then
            mv -- "$1" "$(free_name "$2")"
        elif [ -e "$1" ]; then mv -- "$1" "$3"; fi
        if ! rmdir -- "$2" 2>/dev/null; then mv -- "$2" "$1"; fi
    fi
    shift 3
done
