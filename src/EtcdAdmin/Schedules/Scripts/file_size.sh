# file_size FILE: sets bytes; else why.
# shellcheck disable=SC2034 # why is for the caller
file_size() {
    bytes=$(wc -c <"$1") || bytes=''
    [ -n "$bytes" ] || { why="$1 cannot be read"; return 1; } # no number would end a shell
    bytes=$((bytes)) # some wc put blanks before it
}
