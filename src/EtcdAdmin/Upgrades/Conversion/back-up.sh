# Packs configuration, certificates and data of a stopped member into an archive, and compares the archive with the files.
# $1 archive, $2 data folder; then the files and folders. Those that do not exist are left out.
# Prints the archive's SHA-256 and its size. Exits with 46 if the archive exists already.
# uses: require_unused flush

set -eu
umask 077
archive=$1 data=$2
shift 2
require_unused "$data"
mkdir -p -- "${archive%/*}"
if [ -e "$archive" ]; then echo "$archive exists already" >&2; exit 46; fi
list=$archive.list
trap 'rm -f -- "$list" "$archive.part"' EXIT
for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\n' "${path#/}"; fi
done | sort -u >"$list"
if [ ! -s "$list" ]; then echo "there is nothing to pack" >&2; exit 1; fi
tar -C / -c -f "$archive.part" -T "$list"
# Reads every byte back. Only GNU tar can compare; others at least read the archive to its end.
if tar --version 2>/dev/null | grep -q GNU; then tar -C / -d -f "$archive.part"; else tar -t -f "$archive.part" >/dev/null; fi
flush "$archive.part"
# A link is never made over another file.
ln -- "$archive.part" "$archive"
printf '%s %s\n' "$(sha256sum <"$archive" | cut -d ' ' -f 1)" "$(stat -c %s -- "$archive")"
