# work_alone: waits until no other script that moves data runs on this host. A script continues when its connection is cut, so
# the next script must wait for it. Processes started by a script hold the lock too.
work_alone() {
    exec 8>>/run/etcdadmin.work
    flock 8
}
