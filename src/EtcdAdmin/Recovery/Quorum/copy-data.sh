# Copies the data of a member, completely or not at all. An existing copy is kept, because later data may have been changed by an
# attempt. The data folder is copied last, so its copy shows that all is copied. Folders behind links are copied too.
# $1 data folder, $2 where the copy goes, $3 the log's folder or empty, $4 where its copy goes

set -eu
copy() {
    if [ -e "$2" ]; then return 0; fi
    rm -rf -- "$2.part"
    if ! cp -pRL -- "$1" "$2.part"; then
        rm -rf -- "$2.part"
        exit 1
    fi
    sync
    mv -- "$2.part" "$2"
}
if [ -n "$3" ] && [ -e "$3" ]; then copy "$3" "$4"; fi
copy "$1" "$2"
