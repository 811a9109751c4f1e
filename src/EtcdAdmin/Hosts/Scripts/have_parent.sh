# have_parent PATH USER: makes the folder that a path is in, as installing makes it, if there is none; it belongs to USER, or
# without one to whoever runs the script. A lost disk takes the folder above the data along.
have_parent() {
    if [ -d "${1%/*}" ]; then return; fi
    (umask 022 && mkdir -p -- "${1%/*}") && chmod 0700 -- "${1%/*}" || exit 1
    if [ -n "$2" ]; then chown -- "$2:$2" "${1%/*}" || exit 1; fi
}
