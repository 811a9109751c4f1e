# hmac_sha256 KEY MESSAGE: sets mac to the HMAC-SHA256 (RFC 2104). Uses only sha256sum and the shell's own printf and
# arithmetic, so the key is never on a command line. KEY and mac are hexadecimal digits.
# uses: octal_bytes
hmac_sha256() {
    block=$1
    if [ "${#block}" -gt 128 ]; then
        block=$(printf '%b' "$(octal_bytes "$block" 0)" | sha256sum)
        block=${block%% *}
    fi
    while [ "${#block}" -lt 128 ]; do block=${block}00; done
    mac=$({ printf '%b' "$(octal_bytes "$block" 54)" && printf '%s' "$2"; } | sha256sum)
    mac=$(printf '%b' "$(octal_bytes "$block" 92)$(octal_bytes "${mac%% *}" 0)" | sha256sum)
    mac=${mac%% *}
}
