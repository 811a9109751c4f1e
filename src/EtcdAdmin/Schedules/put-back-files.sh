# Puts back the files that prepare-files.sh kept, and removes files that did not exist before. Resets the failed state of the
# service, because it belongs to the new service and not to the restored one.
# $1 timer, $2 state folder, $3 folder of the files, then files
# uses: forget_schedule

set -u
timer=$1 state=$2 own=$3
[ -e "$own/prepared" ] || exit 0
shift 3
was=no
for file in "$@"; do
    case $file in */"$timer") [ ! -e "$file.before" ] || was=yes ;; esac
done
[ "$was" = yes ] || systemctl --quiet disable --now "$timer" 2>/dev/null
for file in "$@"; do
    if [ -e "$file.before" ]; then mv -f -- "$file.before" "$file"; else rm -f -- "$file"; fi
done
systemctl daemon-reload
systemctl reset-failed "${timer%.timer}.service" 2>/dev/null
if [ "$was" = yes ]; then systemctl restart "$timer"; rm -f -- "$own/prepared"; else forget_schedule "$state" "$own"; fi
exit 0
