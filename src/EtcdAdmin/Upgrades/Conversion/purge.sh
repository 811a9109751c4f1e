# Removes what installed a member: its package, its unit, its settings. Never removes data, certificates or a user.
# $1 package or empty, $2 snap or empty, $3 old unit, $4 old data folder or empty, $5 folder with the drop-in files of the old unit
# Then files to remove.
# Prints a line for each file: removed or kept, path, reason.
# uses: fact

package=$1 snap=$2 unit=$3 data=$4 kept=$5
shift 5
gone() { # path, reason if it is still there
    if [ -e "$1" ] || [ -L "$1" ]; then fact kept "$1" "$2"; else fact removed "$1" ""; fi
}
# Whether another unit names a file, or it sets variables that are not etcd's: an EnvironmentFile= can be one for the whole host.
is_of_others() { # path
    if grep -rlsF -- "$1" /etc/systemd/system /run/systemd/system /usr/lib/systemd/system /lib/systemd/system 2>/dev/null \
        | grep -vqF -e "/$unit" -e "$kept"; then return 0; fi
    case $1 in *.service) return 1 ;; esac # a unit of systemd sets no variables
    grep -E '^[[:space:]]*(export )?[A-Za-z_][A-Za-z0-9_]*=' "$1" 2>/dev/null \
        | grep -vqE '^[[:space:]]*(export )?(ETCD|GO[A-Z]+=|DAEMON_ARGS=)'
}
if [ -n "$package" ] && command -v dpkg-query >/dev/null 2>&1 && dpkg-query -W "$package" >/dev/null 2>&1; then
    # Debian's script for a purge deletes /var/lib/etcd and the user etcd, and its script for a removal stops etcd.service, which
    # is the converted member's by now. Both are replaced for good, so that a later purge by hand does no harm either.
    for script in "/var/lib/dpkg/info/$package.prerm" "/var/lib/dpkg/info/$package.postrm" "/var/lib/dpkg/info/$package":*.prerm \
        "/var/lib/dpkg/info/$package":*.postrm; do
        if [ -f "$script" ]; then
            printf '#!/bin/sh\n# Replaced by EtcdAdmin: the original would stop etcd or delete its data.\nexit 0\n' >"$script.part"
            chmod 0755 "$script.part"
            mv -f -- "$script.part" "$script"
        fi
    done
    # /etc/systemd is the administrator's: there is nothing of a package in it.
    files=$(dpkg-query -L "$package" | while IFS= read -r path; do if [ -f "$path" ] || [ -L "$path" ]; then printf '%s\n' "$path"; fi; done)
    if said=$(DEBIAN_FRONTEND=noninteractive dpkg --purge "$package" 2>&1); then
        fact removed "package $package" ""
        update-rc.d "${unit%.service}" remove >/dev/null 2>&1
        for state in enabled masked; do
            find "/var/lib/systemd/deb-systemd-helper-$state" -name "$unit*" -exec rm -f {} + 2>/dev/null
        done
    else
        fact kept "package $package" "$(printf '%s' "$said" | tr '\n\t' '  ')"
    fi
    printf '%s\n' "$files" | while IFS= read -r path; do if [ -n "$path" ]; then gone "$path" "dpkg kept it"; fi; done
fi
if [ -n "$package" ] && rpm -q "$package" >/dev/null 2>&1; then
    files=$(rpm -ql "$package" | while IFS= read -r path; do if [ -f "$path" ] || [ -L "$path" ]; then printf '%s\n' "$path"; fi; done)
    # Its scripts would stop and disable etcd.service, which is the converted member's by now.
    if said=$(rpm -e --noscripts "$package" 2>&1); then fact removed "package $package" ""
    else fact kept "package $package" "$(printf '%s' "$said" | tr '\n\t' '  ')"; fi
    printf '%s\n' "$files" | while IFS= read -r path; do
        if [ -z "$path" ]; then continue; fi
        # Settings that were changed stay under another name; they are in the archive.
        if [ ! -e "$path" ] && rm -f -- "$path.rpmsave"; then :; fi
        gone "$path" "rpm kept it"
    done
fi
if [ -n "$snap" ]; then
    files=$(ls -d "/snap/$snap" "/var/snap/$snap" "/snap/bin/$snap" "/snap/bin/$snap".* "/var/lib/snapd/snaps/${snap}_"*.snap \
        "/etc/systemd/system/snap.$snap".* "/etc/systemd/system/snap-$snap-"*.mount 2>/dev/null)
    if said=$(timeout 300 snap remove --purge "$snap" 2>&1); then fact removed "snap $snap" ""
    else fact kept "snap $snap" "$(printf '%s' "$said" | tr '\n\t' '  ')"; fi
    printf '%s\n' "$files" | while IFS= read -r path; do if [ -n "$path" ]; then gone "$path" "snap kept it"; fi; done
fi
if [ -d "$kept/drop-ins" ]; then
    # They go with the folder, once the member is proved to serve.
    for path in "$kept/drop-ins"/*; do fact removed "/etc/systemd/system/$unit.d/${path##*/}" ""; done
fi
for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then
        if is_of_others "$path"; then fact kept "$path" "others use it too"; continue; fi
        reason=$(rm -rf -- "$path" 2>&1)
        gone "$path" "$reason"
    fi
done
if [ -d "$data" ]; then
    if rmdir -- "$data" 2>/dev/null; then fact removed "$data" ""; else fact kept "$data" "it is not empty"; fi
fi
systemctl daemon-reload
