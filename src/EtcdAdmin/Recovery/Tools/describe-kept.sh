# Prints a line for each database that restores kept, as tab-separated fields: the index of the restore from 0, the suffix of
# its folder after that name, bytes, SHA-256, whether it has its own log, and whether it has the files of keep-files.sh. Fails
# if that cannot be checked.
# Arguments: three for each restore: path of the old data, path of its write-ahead log or empty, and the folder for files in
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
    rmdir -- "$1" ${2:+"$2"} 2>/dev/null # if there was no data
    restore=$((restore + 1))
    shift 3
done
exit 0
