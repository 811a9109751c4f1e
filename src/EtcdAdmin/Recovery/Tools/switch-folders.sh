# Puts new folders in the place of old ones. May be run again after it stopped anywhere.
# Arguments: three for each folder: its path, where the old one goes, where the new one is
# uses: free_name

set -eu
umask 077
while [ $# -ge 3 ]; do
    if [ -e "$3" ]; then
        # What lies where the old one goes is the old one, of an attempt that was broken off, so what has come in its place goes
        # beside it; an empty folder stands there for one that was missing.
        aside=$(free_name "$2")
        if [ -e "$1" ]; then mv -- "$1" "$aside"; elif [ "$aside" = "$2" ]; then mkdir -- "$2"; fi
        mv -- "$3" "$1"
    fi
    [ -e "$1" ]
    shift 3
done
