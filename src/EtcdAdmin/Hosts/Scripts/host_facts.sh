# host_facts: prints everything about a host, one fact per line. A script that starts with host_facts ends with clock_fact: the
# two times show how far the host's clock is from ours.
# uses: clock_fact system_facts storage_facts etcd_facts
host_facts() {
    clock_fact
    system_facts
    storage_facts
    etcd_facts
}
