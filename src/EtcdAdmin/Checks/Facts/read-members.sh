# Prints the facts about a host, and about the files, units and disks of its members, one fact per line.
# $1 ... $11 for each member: name, unit or empty, data folder, folder of the write-ahead log, configuration, folder of the
# certificates, authority, key for clients, key for peers, certificate for clients, authority of peers
# uses: host_facts clock_fact fact

file_mode() { # member, kind, path
    if [ -e "$3" ]; then fact mode "$1" "$2" "$(stat -L -c %a -- "$3" 2>/dev/null)" "$(stat -L -c %U -- "$3" 2>/dev/null)" "$3"; fi
}
# Whether the disk of a folder turns: 1, 0, or empty where the kernel does not know. The device of an overlay or a network file
# system has no such fact.
rotates() { # member, folder
    device=$(df -P -- "$2" 2>/dev/null | tail -n 1)
    fact rotates "$1" "$2" "$(lsblk -ndo ROTA -- "${device%% *}" 2>/dev/null | head -n 1 | tr -d ' ')"
}
unit_facts() { # member, unit
    systemctl show --property=User,NoNewPrivileges,ProtectSystem,ProtectHome,PrivateTmp,PrivateDevices,CapabilityBoundingSet \
        --property=RestrictNamespaces,LimitNOFILE,UnitFileState,NRestarts "$2" 2>/dev/null |
        while IFS= read -r line; do fact property "$1" "$line"; done
}

host_facts
while [ $# -ge 11 ]; do
    if [ -n "$2" ]; then unit_facts "$1" "$2"; fi
    file_mode "$1" data "$3"
    file_mode "$1" configuration "$5"
    file_mode "$1" pki "$6"
    file_mode "$1" authority "$7"
    if [ "${11}" != "$7" ]; then file_mode "$1" authority "${11}"; fi
    file_mode "$1" key "$8"
    file_mode "$1" key "$9"
    file_mode "$1" certificate "${10}"
    rotates "$1" "$3"
    if [ "$4" != "$3/member/wal" ]; then rotates "$1" "$4"; fi
    shift 11
done
clock_fact
