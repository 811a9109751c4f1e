# note NAME VALUE: writes the value to a schedule's state file, in place of the old one. On a full disk this fails, and the old
# file is kept.
# uses: other_notes
# shellcheck disable=SC2154 # the script has the state folder
note() {
    { other_notes "$1" && printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr '\n\r' '  ')"; } >"$state/state.part" &&
        mv -f -- "$state/state.part" "$state/state"
}
