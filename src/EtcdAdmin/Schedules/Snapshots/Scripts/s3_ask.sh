# s3_ask FILE METHOD NAME SHA256 [HEADER:VALUE...]: sends a request to the store, with FILE as its body. FILE and SHA256 are
# empty for a request without a body.
# Settings: s3_url, with a slash at its end, s3_region, and s3_keys, the file with the keys, unless s3_read_keys has already
# read them.
# Sets answer and status. The status is empty if no answer came. Unless it is 2xx, s3_ask fails and sets why.
# Works with any curl: many hosts have one that cannot sign requests (7.87 and later can, CURLOPT_AWS_SIGV4(3)). curl gets the
# finished signature on its standard input. The secret key is only in shell variables and pipes.
# uses: s3_can_ask s3_read_keys s3_sign s3_answer
# shellcheck disable=SC2154,SC2034 # s3_url and s3_keys are settings; why is for the caller
s3_ask() {
    sent=$1 status='' answer=''
    shift
    if [ -z "${s3_secret:-}" ]; then
        s3_can_ask || return 1
        s3_read_keys <"$s3_keys" || { why="there are no keys in $s3_keys that can be read"; return 1; }
    fi
    if ! answer=$(s3_sign "$@" | curl -q --silent --show-error --config - --proto =http,https --connect-timeout 20 --speed-limit 1 --speed-time 300 \
        --write-out '\n%{http_code}' ${sent:+--upload-file "$sent"} "$s3_url$2" 2>&1); then
        why="it cannot be reached: $(printf '%s\n' "$answer" | sed -n 's/^curl: ([0-9]*) *//p' | tail -n 1 | tr -d '\1-\37\177')"
        return 1
    fi
    status=${answer##*[!0-9]}
    case $status in 2??) return 0 ;; esac
    why="it answers $status $(s3_answer Code): $(s3_answer Message)"
    return 1
}
