# Puts new folders in place of old ones. Can be run again after it stopped at any point.
# Arguments: three for each folder: its path, where the old folder is moved, where the new folder is
# uses: free_name

set -eu
umask 077
while [ $# -ge 3 ]; do
    if [ -e "$3" ]; then
        # A folder at that place is the old one, moved by an interrupted attempt, so the folder now in its place is moved
        # beside it. If there was no old folder, an empty folder is at that place.
        aside=$(free_name "$2")
        if [ -e "$1" ]; then mv -- "$1" "$aside"; elif [ "$aside" = "$2" ]; then mkdir -- "$2"; fi
        mv -- "$3" "$1"
    fi
    [ -e "$1" ]
    shift 3
done
