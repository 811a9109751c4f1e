# s3_ask FILE METHOD NAME SHA256 [HEADER:VALUE...]: sends a request to the store, with FILE, or without where FILE and SHA256
# are empty.
# Settings: s3_url, with a slash at its end, s3_region, and s3_keys, the file with the keys where s3_read_keys has not read them
# before.
# Sets answer and status, which is empty where no answer came; unless the status is 2xx it fails and sets why.
# Any curl will do: one that signs by itself (7.87, CURLOPT_AWS_SIGV4(3)) is newer than many hosts have. It gets the finished
# signature on its standard input; the secret key is only in variables of the shell and in what it writes into pipes.
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
