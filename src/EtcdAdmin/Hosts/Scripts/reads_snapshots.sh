# reads_snapshots TOOL: whether TOOL, one of etcd's own, can read snapshots. Up to 3.4 that is etcdctl; from 3.6 on only etcdutl does,
# and etcdctl prints its help without failing.
reads_snapshots() {
    "$1" snapshot status --help 2>&1 | grep -q 'snapshot status'
}
