# use_etcdctl: sets ctl, and its environment from the settings of a schedule: the endpoint, the certificate and the user.
# shellcheck disable=SC2034,SC2154 # the settings have these, and the script uses ctl
use_etcdctl() {
    ETCDCTL_API=3 ETCDCTL_ENDPOINTS=$endpoint
    export ETCDCTL_API ETCDCTL_ENDPOINTS
    if [ -n "$cacert" ]; then
        ETCDCTL_CACERT=$cacert ETCDCTL_CERT=$cert ETCDCTL_KEY=$key
        export ETCDCTL_CACERT ETCDCTL_CERT ETCDCTL_KEY
    fi
    if [ -n "$user" ]; then
        ETCDCTL_USER=$user:$password
        export ETCDCTL_USER
    fi
    ctl=$bin/etcdctl
}
