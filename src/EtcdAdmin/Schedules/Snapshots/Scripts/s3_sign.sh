# s3_sign METHOD NAME SHA256 [HEADER:VALUE...]: prints a signed request for NAME in the store as a curl configuration. SHA256 is
# the hash of the body; empty without a body.
# Requires LC_ALL=C, so that a character is a byte and names are sorted by bytes.
# Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
# uses: hmac_sha256
# shellcheck disable=SC2154 # s3_url and s3_region are settings, s3_read_keys sets s3_access and s3_secret, and hmac_sha256 mac
s3_sign() {
    method=$1 path=${s3_url#*://} sum=${3:-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}
    authority=${path%%/*} path=/${path#*/}$2
    shift 3
    at=$(date -u +%Y%m%dT%H%M%SZ)
    scope=${at%T*}/$s3_region/s3/aws4_request
    headers=$(printf '%s\n' "host:$authority" "x-amz-content-sha256:$sum" "x-amz-date:$at" "$@" | sort)
    names=$(printf '%s\n' "$headers" | sed 's/:.*//' | tr '\n' ';')
    names=${names%;}
    hash=$(printf '%s\n%s\n\n%s\n\n%s\n%s' "$method" "$path" "$headers" "$names" "$sum" | sha256sum)
    hmac_sha256 "$s3_secret" "${at%T*}"
    hmac_sha256 "$mac" "$s3_region"
    hmac_sha256 "$mac" s3
    hmac_sha256 "$mac" aws4_request
    hmac_sha256 "$mac" "$(printf '%s\n' AWS4-HMAC-SHA256 "$at" "$scope" "${hash%% *}")"
    case $method in HEAD) echo head ;; DELETE) echo 'request = "DELETE"' ;; esac
    printf '%s\n' "$headers" | sed '/^host:/d; s/^\([^:]*\):\(.*\)/header = "\1: \2"/'
    printf 'header = "Authorization: AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"\n' "$s3_access/$scope" "$names" "$mac"
}
