# s3_can_ask: whether the host has the programs that sign and send requests to a store; if not, sets why.
# shellcheck disable=SC2034 # why is for the caller
s3_can_ask() {
    for needed in curl date od sed sha256sum sort tr; do
        command -v "$needed" >/dev/null || { why="this host has no $needed"; return 1; }
    done
    [ "$(command -v printf)" = printf ] || { why="this host's shell has no printf of its own, and another program would show the keys to everybody"; return 1; }
}
