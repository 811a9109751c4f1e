# Prints which authorities and certificates members have. Private keys are not read, only their modes.
# Arguments: for each member its name, authorities, server certificate, peer certificate, unit or empty, file with the process, keys of both certificates, list of revoked certificates, authorities of its peers
# Lines: trust with the name, the three files in base64, whether the authorities were changed after the member's start, the modes of the keys,
# the list in base64, and whether it was changed after the start; the authorities of its peers in base64, and whether they were changed then
# uses: fact outdated

plain() { # file
    if [ -r "$1" ]; then base64 <"$1" | tr -d '\n'; fi
}
mode() { # file
    stat -L -c %a -- "$1" 2>/dev/null
}
while [ $# -gt 9 ]; do
    process=
    if [ -n "$5" ]; then process=$(systemctl show --property=MainPID --value "$5" 2>/dev/null)
    elif [ -r "$6" ]; then process=$(cat -- "$6"); fi
    fact trust "$1" "$(plain "$2")" "$(plain "$3")" "$(plain "$4")" "$(if outdated "$2" "$5" "$process"; then echo yes; fi)" \
        "$(mode "$7")" "$(mode "$8")" "$(plain "$9")" "$(if outdated "$9" "$5" "$process"; then echo yes; fi)" \
        "$(plain "${10}")" "$(if outdated "${10}" "$5" "$process"; then echo yes; fi)"
    shift 10
done
