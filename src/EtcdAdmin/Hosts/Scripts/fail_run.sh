# fail_run MESSAGE: notes that a run of a schedule failed, and ends it. A check is not a run, so it does not change the result of
# the last run.
# uses: now note finish_run
# shellcheck disable=SC2154 # the script has the state folder and the request
fail_run() {
    trap '' TERM INT
    if [ "$request" = check ]; then
        printf '%s\n' "$*" >"$state/message"
        printf '%s\n' "$*" >&2
        exit 1
    fi
    note last_error "$*"
    note last_error_time "$(now)"
    finish_run failed
    printf '%s\n' "$*" >&2
    exit 1
}
