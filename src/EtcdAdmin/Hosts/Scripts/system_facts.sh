# system_facts: prints kernel, user, system, processors, memory, addresses and listening ports of a host. If something is
# missing on a host, its line is missing; that is never a failure.
# uses: fact
system_facts() {
    fact kernel "$(uname -s)" "$(uname -m)" "$(uname -n)"
    fact user "${SUDO_USER:-$(id -un)}" "$(id -u)"
    # shellcheck disable=SC1091 # it is on the host
    if [ -r /etc/os-release ]; then ( . /etc/os-release; fact os "${PRETTY_NAME:-${NAME:-}}" ); fi
    # shellcheck disable=SC2046 # split on purpose
    if [ -d /run/systemd/system ]; then set_version() { fact systemd "$2"; }; set_version $(systemctl --version 2>/dev/null | head -n 1); fi
    if [ -r /etc/machine-id ]; then fact machine "$(cat /etc/machine-id)"; fi
    fact processors "$(getconf _NPROCESSORS_ONLN 2>/dev/null)"
    while read -r name size _; do if [ "$name" = MemTotal: ]; then fact memory "$size"; break; fi; done </proc/meminfo
    # Other hosts cannot use link-local addresses.
    if command -v ip >/dev/null 2>&1; then
        ip -o addr show scope global 2>/dev/null | while read -r _ _ _ address _; do fact address "${address%%/*}"; done
    else
        for address in $(hostname -I 2>/dev/null); do fact address "$address"; done
    fi
    # 0A is the kernel's number for LISTEN (Linux include/net/tcp_states.h); the ports are in hexadecimal.
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ local _ state _; do
        if [ "$state" = 0A ]; then fact port "${local##*:}"; fi
    done
}
