# Puts new folders in place of old ones. Can be run again after it stopped at any point: a moved folder is no longer at its old
# path, so it is not moved a second time.
# Arguments: three for each folder: its path, where the old folder is moved, where the new folder is
# uses: free_name

set -eu
while [ $# -ge 3 ]; do
    if [ -e "$3" ]; then
        # If the old folder was moved before, the folder now in its place is moved beside the old one, not into it.
        if [ -e "$1" ]; then mv -- "$1" "$(free_name "$2")"; fi
        mv -- "$3" "$1"
    fi
    [ -e "$1" ]
    shift 3
done
