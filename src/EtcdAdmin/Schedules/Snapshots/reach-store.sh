# Checks whether a host can reach a store. Prints lacks=... for a missing program, or status=... (the HTTP status) and store=...
# for a problem with the store. Writes nothing to the store: the service checks that later.
# $1 URL in the store, $2 its region
# Standard input: the keys
# uses: s3_can_ask s3_read_keys s3_reach

set -u
LC_ALL=C
export LC_ALL
# shellcheck disable=SC2034 # for s3_reach
s3_url=$1 s3_region=$2
why='' status='' # the functions set these
s3_can_ask || { echo "lacks=$why"; exit 0; }
s3_read_keys || { echo "the keys did not arrive" >&2; exit 1; }
s3_reach || printf 'status=%s\nstore=%s\n' "$status" "$(printf '%s' "$why" | tr '\r\n' '  ')"
