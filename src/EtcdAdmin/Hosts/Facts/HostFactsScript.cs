namespace EtcdAdmin.Hosts.Facts;

/// <summary>The script that tells everything about a host in one go, one fact a line, fields parted by tabs.</summary>
internal static class HostFactsScript
{
    /// <summary>Defines <c>fact NAME FIELD…</c>, which prints one line.</summary>
    public const string Fact = """
        LC_ALL=C; export LC_ALL
        tab=$(printf '\t')
        fact() { # one write a line: parts of a survey run side by side, and their lines must not mix
            fact_line=$1
            shift
            for fact_field in "$@"; do fact_line=$fact_line$tab$fact_field; done
            printf '%s\n' "$fact_line"
        }

        """;

    // What is missing on a host is a missing line, never a failure. 0A is the kernel's number for LISTEN (Linux
    // include/net/tcp_states.h); ports stand there in hexadecimal. Link-local addresses are of no use to others.
    private const string System = Fact + """
        fact clock "$(date -u +%s.%N)"
        fact kernel "$(uname -s)" "$(uname -m)" "$(uname -n)"
        fact user "${SUDO_USER:-$(id -un)}" "$(id -u)"
        if [ -r /etc/os-release ]; then ( . /etc/os-release; fact os "${PRETTY_NAME:-${NAME:-}}" ); fi
        if [ -d /run/systemd/system ]; then set_version() { fact systemd "$2"; }; set_version $(systemctl --version 2>/dev/null | head -n 1); fi
        if [ -r /etc/machine-id ]; then fact machine "$(cat /etc/machine-id)"; fi
        fact processors "$(getconf _NPROCESSORS_ONLN 2>/dev/null)"
        while read -r name size _; do if [ "$name" = MemTotal: ]; then fact memory "$size"; break; fi; done </proc/meminfo
        if command -v ip >/dev/null 2>&1; then
            ip -o addr show scope global 2>/dev/null | while read -r _ _ _ address _; do fact address "${address%%/*}"; done
        else
            for address in $(hostname -I 2>/dev/null); do fact address "$address"; done
        fi
        cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ local _ state _; do
            if [ "$state" = 0A ]; then fact port "${local##*:}"; fi
        done

        """;

    // lsblk shows what the kernel knows, which in a container is more than the container has: only what has a device node counts.
    // A file server that is dead would keep df for ever, hence -l where that is known.
    private const string Storage = """
        lsblk --bytes --pairs --output PATH,SIZE,TYPE,FSTYPE,UUID,MOUNTPOINT,PTTYPE 2>/dev/null | while IFS= read -r line; do
            path=${line#PATH=\"}; path=${path%%\"*}
            if [ -b "$path" ]; then fact disk "$line"; fi
        done
        near=; if df -l / >/dev/null 2>&1; then near=-l; fi
        df -P -k -T $near 2>/dev/null | while read -r source type size _ free _ mount; do fact filesystem "$source" "$type" "$size" "$free" "$mount"; done
        df -P -i $near 2>/dev/null | while read -r _ all _ free _ mount; do fact inodes "$mount" "$all" "$free"; done
        while read -r _ mount _ options _; do
            case ,$options, in *,ro,* | *,emergency_ro,*) fact readonly "$mount" ;; esac
        done 2>/dev/null </proc/mounts

        """;

    // The heading of a unit that EtcdAdmin wrote names cluster and member.
    private const string Etcd = """
        for folder in /proc/[0-9]*; do
            name=
            read -r name <"$folder/comm" || continue
            if [ "$name" = etcd ]; then fact etcd process "${folder#/proc/}" "$(tr '\0\n\t' '   ' <"$folder/cmdline")"; fi
        done 2>/dev/null
        for unit in /etc/systemd/system/etcd*.service /lib/systemd/system/etcd*.service /usr/lib/systemd/system/etcd*.service; do
            if [ ! -f "$unit" ]; then continue; fi
            if [ "$unit" -ef "/lib/systemd/system/${unit##*/}" ] && [ "$unit" != "/lib/systemd/system/${unit##*/}" ]; then continue; fi
            cluster= member=
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

        """;

    /// <summary>Begins a script; leaves <c>fact NAME FIELD…</c> behind for what follows. Takes no arguments.</summary>
    public const string Beginning = System + Storage + Etcd;

    /// <summary>Ends it.</summary>
    public const string End = """

        fact clock "$(date -u +%s.%N)"
        """;
}
