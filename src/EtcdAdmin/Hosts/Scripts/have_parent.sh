# have_parent PATH USER: creates the parent folder of PATH, as the installation does, if it is missing (after the loss of a
# disk). It belongs to USER, or to the user of the script if USER is empty.
have_parent() {
    if [ -d "${1%/*}" ]; then return; fi
    (umask 022 && mkdir -p -- "${1%/*}") && chmod 0700 -- "${1%/*}" || exit 1
    if [ -n "$2" ]; then chown -- "$2:$2" "${1%/*}" || exit 1; fi
}
