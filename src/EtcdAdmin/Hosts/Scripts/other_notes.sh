# other_notes NAME: prints the lines of a schedule's state file except NAME's.
# shellcheck disable=SC2154 # the script has the state folder
other_notes() {
    [ -f "$state/state" ] || return 0
    grep -v "^$1=" "$state/state" || [ $? -eq 1 ]
}
