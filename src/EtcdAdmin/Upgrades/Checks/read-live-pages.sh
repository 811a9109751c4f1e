# Prints pages of a database while etcd writes it: the size of the file, the size of a page, then a line with number and content (base64) for the two
# metas, the page of the root bucket, and the pages that are asked for, each with its overflow pages.
# $1 the database, the rest: page numbers
# Exits with 3 if a transaction ended during each attempt.
#
# bbolt does not write over pages of the last transaction that has ended (freelist.go: the pages that a transaction frees are used again only after
# it has ended, and its end writes a meta). So if both metas are the same before and after, all pages are of that transaction.

set -eu
db=$1
shift
number() { od -An -v "-tu$2" "-j$1" "-N$2" -- "$db" | tr -d ' '; } # offset, bytes
bytes() { dd if="$db" bs="$page" skip="$1" count="$2" 2>/dev/null | base64 | tr -d '\n'; } # page, count
whole() { # page
    over=$(number $(($1 * page + 12)) 4)
    # What is no page any more has any number there.
    if [ "$over" -gt 64 ]; then over=0; fi
    echo "$1 $(bytes "$1" $((over + 1)))"
}
page=$(number 24 4)
left=20
while [ "$left" -gt 0 ]; do
    metas=$(bytes 0 2)
    meta=16
    if [ "$(number $((page + 64)) 8)" -gt "$(number 64 8)" ]; then meta=$((page + 16)); fi
    found=$(whole "$(number $((meta + 16)) 8)"
    for one in "$@"; do whole "$one"; done)
    if [ "$metas" = "$(bytes 0 2)" ]; then
        stat -L -c %s -- "$db" 2>/dev/null || stat -L -f %z -- "$db"
        printf '%s\n' "$page" "0 $metas" "$found"
        exit 0
    fi
    left=$((left - 1))
done
exit 3
