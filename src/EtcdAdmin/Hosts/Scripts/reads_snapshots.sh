# reads_snapshots TOOL: whether TOOL (etcdctl or etcdutl) can read snapshots. Up to 3.4 etcdctl can; from 3.6 on only etcdutl
# can, and etcdctl prints its help and exits with 0.
reads_snapshots() {
    "$1" snapshot status --help 2>&1 | grep -q 'snapshot status'
}
