# clean_environment: unsets the variables that etcd and its tools take for settings, whatever the login, sudo or systemd brought in.
# They are for what the operator runs himself. A line of a value may look like a variable; to unset one that is not set does no harm.
clean_environment() {
    for etcd_variable in $(env | sed -n -e 's/^\(ETCD_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(ETCDCTL_[A-Za-z0-9_]*\)=.*/\1/p' -e 's/^\(ETCDUTL_[A-Za-z0-9_]*\)=.*/\1/p'); do
        [ "$etcd_variable" = ETCD_UNSUPPORTED_ARCH ] || unset "$etcd_variable"
    done
}
