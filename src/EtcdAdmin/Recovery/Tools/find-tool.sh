# Prints facts about etcd's programs as tab-separated fields: "etcd" with the version that etcd prints, or "broken" with a
# program that does not run and the reason; for the restore tool "tool", "bump" (whether it can raise revisions) and "version".
# $1 etcdutl, $2 etcdctl, $3 etcd or empty

broken() { # program, the shell's message
    said=$(printf '%s' "$2" | tail -n 1 | tr '\t' ' ')
    printf 'broken\t%s\t%s\n' "$1" "${said##*: }"
}
version() { # output of a program
    printf '%s\n' "$1" | sed -n 's/^[a-z]* [Vv]ersion: *//p' | head -n 1
}
# Before 3.5, etcd needs this variable to run on processors other than amd64.
ETCD_UNSUPPORTED_ARCH=$(uname -m | sed 's/aarch64/arm64/')
export ETCD_UNSUPPORTED_ARCH
if [ -n "$3" ] && [ -e "$3" ]; then
    if said=$("$3" --version 2>&1); then printf 'etcd\t%s\n' "$(version "$said")"; else broken "$3" "$said"; fi
fi
# etcdutl is part of 3.5 and later; before, etcdctl restores. Patch releases added raising revisions, so check the help of the
# tool.
for tool in "$1" "$2"; do
    [ -e "$tool" ] || continue
    if ! said=$(ETCDCTL_API=3 "$tool" version 2>&1); then broken "$tool" "$said"; continue; fi
    help=$(ETCDCTL_API=3 "$tool" snapshot restore --help 2>&1)
    case $help in *--data-dir*) ;; *) continue ;; esac # etcdctl does not restore from 3.6 on
    case $help in *--bump-revision*) bump=yes ;; *) bump=no ;; esac
    printf 'tool\t%s\nbump\t%s\n' "$tool" "$bump"
    printf 'version\t%s\n' "$(version "$said")"
    break
done
