# Runs the service to its end. If it fails, its output is printed to standard error. If the service is already running, starting
# it only waits for that run. That run started before the request was written, and the request is then still there, so the
# service is started again.
# $1 service, $2 state folder, $3 request (check or now), $4 user or empty
# uses: as_user

set -u
# shellcheck disable=SC2016 # it is the inner shell that expands these
printf '%s\n' "$3" | as_user "$4" sh -c 'umask 077; cat >"$1/request.part" && mv -f -- "$1/request.part" "$1/request"' sh "$2" || exit 1
starts=0 code=0
while [ -e "$2/request" ] && [ "$starts" -lt 3 ]; do
    starts=$((starts + 1))
    systemctl reset-failed "$1" 2>/dev/null
    systemctl start "$1" 2>/dev/null
    code=$?
done
if [ -e "$2/request" ]; then
    rm -f -- "$2/request"
    if [ "$code" -eq 0 ]; then echo "$1 ran $starts times and did not do what it was asked for" >&2; exit 1; fi
fi
[ "$code" -ne 0 ] || exit 0
# shellcheck disable=SC2016 # it is the inner shell that expands these
as_user "$4" sh -c 'if [ "$2" = check ]; then cat "$1/message"; else sed -n s/^last_error=//p "$1/state"; fi' sh "$2" "$3" 2>/dev/null </dev/null |
    grep . >&2 || journalctl --unit="$1" --lines=3 --output=cat --no-pager >&2
exit 1
