# Gives a stopped member room to start on a full disk.
# $1 data, $2 write-ahead log, $3 unit or empty
# etcd keeps an empty file for the next part of its log, and may leave an unfinished copy of its database. It makes both again, so no data is lost.
# At its start it would reserve the 64 MB of the next part again, which fills the disk at once. Where fallocate is not supported, etcd reserves
# nothing and makes the file as large as it has to be (pkg/fileutil/preallocate_unix.go, preallocExtend), so the unit gets a filter that says so. It
# is in /run: after a reboot etcd reserves as usual. Without systemd's filters, a folder in the place of the file keeps etcd from reserving it; then
# it ends as soon as it needs the next part.
# uses: no_reserve

set -eu
for file in "$2"/*.tmp "$1"/member/snap/db.tmp.*; do
    if [ -f "$file" ]; then rm -f -- "$file"; fi
done
if [ -n "$3" ] && systemctl --version | grep -q -F +SECCOMP; then
    mkdir -p -- "/run/systemd/system/$3.d"
    printf '[Service]\nSystemCallFilter=~fallocate\nSystemCallErrorNumber=EOPNOTSUPP\n' >"$(no_reserve "$3")"
    systemctl daemon-reload
elif [ ! -d "$2/0.tmp" ]; then
    mkdir -- "$2/0.tmp"
fi
