# no_reserve UNIT: prints the path of the drop-in file that keeps the unit's etcd from reserving disk space.
no_reserve() {
    printf '/run/systemd/system/%s.d/etcdadmin-no-reserve.conf\n' "$1"
}
