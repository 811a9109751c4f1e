# file_size FILE: sets bytes to the size of FILE; on failure, sets why.
# shellcheck disable=SC2034 # why is for the caller
file_size() {
    bytes=$(wc -c <"$1") || bytes=''
    [ -n "$bytes" ] || { why="$1 cannot be read"; return 1; } # arithmetic on an empty value would end the shell
    bytes=$((bytes)) # some versions of wc print leading blanks
}
