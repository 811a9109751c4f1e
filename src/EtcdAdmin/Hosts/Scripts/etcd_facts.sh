# etcd_facts: prints the etcd installations of a host. The heading of a unit that EtcdAdmin wrote names cluster and member.
# uses: fact
etcd_facts() {
    for folder in /proc/[0-9]*; do
        name=
        read -r name <"$folder/comm" || continue
        if [ "$name" = etcd ]; then fact etcd process "${folder#/proc/}" "$(tr '\0\n\t' '   ' <"$folder/cmdline")"; fi
    done 2>/dev/null
    for unit in /etc/systemd/system/etcd*.service /lib/systemd/system/etcd*.service /usr/lib/systemd/system/etcd*.service; do
        if [ ! -f "$unit" ]; then continue; fi
        # shellcheck disable=SC3013 # dash, bash and busybox have -ef
        if [ "$unit" -ef "/lib/systemd/system/${unit##*/}" ] && [ "$unit" != "/lib/systemd/system/${unit##*/}" ]; then continue; fi
        cluster='' member=
        while read -r mark word value; do
            if [ "$mark" != "#" ]; then break; fi
            case $word in cluster:) cluster=$value ;; member:) member=$value ;; esac
        done <"$unit"
        fact etcd unit "${unit##*/}" "$(systemctl is-enabled "${unit##*/}" 2>/dev/null)" "$cluster" "$member"
    done
    if [ -n "$(ls -A /var/lib/etcd 2>/dev/null)" ]; then fact etcd data /var/lib/etcd; fi
    for path in /etc/etcd /etc/default/etcd; do if [ -e "$path" ]; then fact etcd configuration "$path"; fi; done
    program=$(command -v etcd 2>/dev/null) && fact etcd program "$program"
    for program in /opt/etcd/[0-9]*/etcd; do
        if [ -x "$program" ]; then release=${program%/etcd}; fact etcd release "${release##*/}"; fi
    done
}
