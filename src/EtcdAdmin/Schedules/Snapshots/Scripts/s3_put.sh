# s3_put FILE NAME SHA256: copies FILE to the store and verifies that the copy is complete. On failure, sets why. Also sets
# never to yes if every retry would fail because another object has that name.
# Never overwrites an object: s3_put checks first whether the name is in use, and asks the store to refuse overwriting. Old
# versions of some stores ignore this request. Amazon requires Content-MD5 where objects are locked, and unlike newer checksums
# every store accepts it. A host without an MD5 program sends none.
# uses: file_size octal_bytes s3_ask s3_find
# shellcheck disable=SC2154,SC2034 # s3_find sets found, s3_ask status and file_size bytes; never is for the caller
s3_put() {
    file_size "$1" || return 1
    s3_find "$2" || return 1
    if [ -z "$found" ]; then
        md5=''
        if command -v md5sum >/dev/null && command -v base64 >/dev/null && sum_md5=$(md5sum <"$1" 2>/dev/null); then
            md5=$(printf '%b' "$(octal_bytes "${sum_md5%% *}" 0)" | base64) || md5=''
        fi
        s3_ask "$1" PUT "$2" "$3" "x-amz-meta-sha256:$3" 'if-none-match:*' ${md5:+"content-md5:$md5"} || [ "$status" = 412 ] || return 1
        answered=$status
        s3_find "$2" || return 1
        if [ "$answered" != 412 ] && [ "$found" != "$bytes $3" ]; then
            why="it does not keep what it is sent, with its SHA-256 (x-amz-meta-sha256); of $2 it has '$found'"
            return 1
        fi
    fi
    [ "$found" = "$bytes $3" ] || { never=yes why="it has something else that is called $2; another cluster may copy there too: give each cluster a prefix of its own"; return 1; }
}
