# Creates the user of a member and its folders, each private to that user.
# $1 user, empty for none, $2 the comment of a user that is created here
# $3 the list of the folders that are created here; uninstalling removes only these
# Then the folders

set -eu
umask 022
user=$1 remark=$2 list=$3
shift 3
if [ -n "$user" ] && ! id -u "$user" >/dev/null 2>&1; then
    useradd --system --user-group --no-create-home --home-dir / --shell /bin/false --comment "$remark" -- "$user"
fi
for folder in "$@"; do
    if [ ! -d "$folder" ]; then
        mkdir -p -- "$folder"
        # shellcheck disable=SC2174 # the folders above it keep the usual mode
        if [ ! -d "${list%/*}" ]; then mkdir -p -m 0700 -- "${list%/*}"; fi
        printf '%s\n' "$folder" >>"$list"
    fi
    chmod 0700 -- "$folder"
    if [ -n "$user" ]; then chown -- "$user:$user" "$folder"; fi
done
