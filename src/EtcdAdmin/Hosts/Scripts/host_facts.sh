# host_facts: prints everything about a host, one fact a line. A script that begins with it ends with clock_fact: from the two
# follows how the clock of the host differs from ours.
# uses: clock_fact system_facts storage_facts etcd_facts
host_facts() {
    clock_fact
    system_facts
    storage_facts
    etcd_facts
}
