# What a host's login shell is given: becomes root where that is asked for, then runs begin.sh.
# $1 nonce, $2 "root" or "login", $3 "ask" where sudo may ask for a password, $4 the text of begin.sh, then the script and its
# arguments Reports on standard error how far it has come, see RemoteCommand.

nonce=$1 as=$2 ask=$3 begin=$4
shift 4
LC_ALL=C
export LC_ALL
set -- sh -c "$begin" "$nonce" "$@"
if [ "$as" != root ] || [ "$(id -u)" -eq 0 ]; then exec "$@"; fi
if ! command -v sudo >/dev/null 2>&1; then
    printf '%s:n;' "$nonce" >&2
    exit 1
fi
printf '%s:s;' "$nonce" >&2
if [ "$ask" = ask ]; then exec sudo -k -S -p "$nonce:p;" -- "$@"; fi
exec sudo -n -- "$@"
