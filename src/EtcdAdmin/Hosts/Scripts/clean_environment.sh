# clean_environment: unsets the variables that etcd and its tools read as settings, from the login, sudo or systemd. They are
# meant for commands that the operator runs. A line of a multi-line value may look like a variable; unsetting it does no harm.
clean_environment() {
    for etcd_variable in $(env | sed -n -e 's/^\(ETCD_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(ETCDCTL_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(ETCDUTL_[A-Za-z0-9_]*\)=.*/\1/p'); do
        [ "$etcd_variable" = ETCD_UNSUPPORTED_ARCH ] || unset "$etcd_variable"
    done
}
