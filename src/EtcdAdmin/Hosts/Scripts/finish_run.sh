# finish_run RESULT: notes the result of a run of a schedule.
# uses: now note
# shellcheck disable=SC2154 # the script has the state folder
finish_run() {
    note last_run "$(now)" && note last_result "$1" && printf '%s\n' "$1" >"$state/outcome"
}
