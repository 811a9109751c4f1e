# Makes the schedules on a host connect to its member in another way. Schedules that are not there are skipped.
# Arguments: the settings endpoint, cacert, cert and key, each as a quoted word of the shell, then the files with the settings

set -eu
endpoint=$1 cacert=$2 cert=$3 key=$4
shift 4
for file in "$@"; do
    [ -f "$file" ] || continue
    rm -f -- "$file.part"
    cp -p -- "$file" "$file.part"
    # The four settings follow each other. What comes after them is the operator's, and is copied as it is.
    seen=''
    while IFS= read -r line; do
        case $seen$line in
            endpoint=*) line="endpoint=$endpoint" ;;
            cacert=*) line="cacert=$cacert" ;;
            cert=*) line="cert=$cert" ;;
            key=*) line="key=$key" seen='yes ' ;;
        esac
        printf '%s\n' "$line"
    done <"$file" >"$file.part"
    mv -f -- "$file.part" "$file"
done
