# Prints a line for each database that restores kept, its fields parted by tabs: the number of the restore from 0, what its folder
# has behind that name, bytes, SHA-256, whether it has a log of its own, and whether it has what keep-files.sh puts there. Fails
# where that cannot be seen.
# Arguments: three for each restore: where the old data went, where its write-ahead log went or empty, and the folder for files in
# it
# uses: is_there

set -u
restore=0
while [ $# -ge 3 ]; do
    for folder in "$1" "$1".[0-9]*; do
        database=$folder/member/snap/db behind=${folder#"$1"} log=no files=no
        if ! is_there "$database"; then continue; fi
        if [ -n "$2" ] && [ -e "$2$behind" ]; then log=yes; fi
        if [ -e "$folder/$3" ]; then files=yes; fi
        sum=$(sha256sum <"$database") || exit 1
        printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$restore" "$behind" "$(wc -c <"$database")" "${sum%% *}" "$log" "$files"
    done
    rmdir -- "$1" ${2:+"$2"} 2>/dev/null # where there was no data
    restore=$((restore + 1))
    shift 3
done
exit 0
