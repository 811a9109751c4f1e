# Reports what the disks of a stopped or failing member hold that etcd itself can spare.
# $1 data, $2 write-ahead log, $3 unit or empty
# Output: free (kilobytes of the fuller disk), spare (kilobytes of files that etcd makes again), held (yes or no)
# uses: no_reserve

set -eu
free=$(df -Pk -- "$1" "$2" | awk 'NR > 1 { print $4 }' | sort -n | head -n 1)
spare=0
for file in "$2"/*.tmp "$1"/member/snap/db.tmp.*; do
    if [ -f "$file" ]; then spare=$((spare + $(du -k -- "$file" | cut -f 1))); fi
done
held=no
if [ -d "$2/0.tmp" ] || { [ -n "$3" ] && [ -f "$(no_reserve "$3")" ]; }; then held=yes; fi
printf '%s %s %s\n' "$free" "$spare" "$held"
