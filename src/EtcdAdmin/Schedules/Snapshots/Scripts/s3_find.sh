# s3_find NAME: looks for an object in the store. Sets found to its size and its SHA-256 (x-amz-meta-sha256), or to nothing if
# there is no such object. If this cannot be determined, it fails and sets why.
# uses: s3_ask s3_reach
# shellcheck disable=SC2154,SC2034 # s3_ask sets answer, status and why; found is for the caller
s3_find() {
    found=''
    if s3_ask '' HEAD "$1" ''; then
        found=$(printf '%s\n' "$answer" | tr -d '\r' | tr '[:upper:]' '[:lower:]' |
            sed -n 's/^content-length: *//p; s/^x-amz-meta-sha256: */ /p' | sort -r | tr -d '\1-\37\177')
    elif [ "$status" != 404 ]; then
        before=$why # the answer to a HEAD has no error message; if other requests are refused too, use their message
        if [ -z "$status" ] || s3_reach; then why=$before; fi
        return 1
    fi
}
