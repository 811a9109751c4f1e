# work_alone: waits until no other script that moves data works on this host. A script goes on when the connection to it is cut,
# so the next one waits for it rather than work beside it. What a script starts has the lock as well.
work_alone() {
    exec 8>>/run/etcdadmin.work
    flock 8
}
