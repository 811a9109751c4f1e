# Puts new folders in the place of old ones. May be run again after it stopped anywhere: what has been moved is not there to be
# moved a second time.
# Arguments: three for each folder: its path, where the old one goes, where the new one is
# uses: free_name

set -eu
while [ $# -ge 3 ]; do
    if [ -e "$3" ]; then
        # Where the old one has gone already, what has come in its place goes beside it, not into it.
        if [ -e "$1" ]; then mv -- "$1" "$(free_name "$2")"; fi
        mv -- "$3" "$1"
    fi
    [ -e "$1" ]
    shift 3
done
