# has_log FOLDER: whether FOLDER has a write-ahead log with a segment. Ends the script like is_there.
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
