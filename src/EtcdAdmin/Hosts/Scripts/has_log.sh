# has_log FOLDER: whether a write-ahead log with a segment is there. Ends the script as is_there does.
# uses: is_there
has_log() {
    is_there "$1" || return 1
    if ! names=$(LC_ALL=C ls -- "$1" 2>&1); then
        echo "$names" >&2
        exit 45
    fi
    case "$names
" in *'.wal
'*) return 0 ;; *) return 1 ;; esac
}
