# verify_snapshot FILE TOOL LOG: checks that FILE, written by `etcdctl snapshot save`, is complete: pages with a total size that
# is a multiple of 512, then their correct SHA-256; and TOOL (etcdutl, or etcdctl up to 3.4) can read it. Errors of TOOL are
# written to LOG. Sets size, sha256 (of the complete file) and status (TOOL's answer in JSON); on failure, sets why.
# shellcheck disable=SC2034 # size, sha256 and status are for the caller
verify_snapshot() {
    size=$(($(wc -c <"$1")))
    [ $((size % 512)) -eq 32 ] || { why="it has no SHA-256 at its end"; return 1; }
    want=$(tail -c 32 <"$1" | od -An -v -tx1 | tr -d ' \n')
    have=$(head -c $((size - 32)) <"$1" | sha256sum)
    [ "$want" = "${have%% *}" ] || { why="the SHA-256 at its end is not that of what is before it"; return 1; }
    status=$("$2" snapshot status "$1" -w json 2>"$3") || { why="etcd's own tool cannot read it: $(tail -n 1 <"$3")"; return 1; }
    sha256=$(sha256sum <"$1")
    sha256=${sha256%% *}
}
