#!/bin/sh
# Written by EtcdAdmin (Register-EtcdCertificateRenewal). Changes to this file are lost when the renewal is registered again.
#
# Renews the certificates of an etcd cluster from this machine, which has the key of the cluster's authority in its profile. A
# systemd timer starts this script. PowerShell renews what is due, with the module EtcdAdmin, one member after the other.
#
# $1 settings file
# The file "request" in the state folder contains the request, if any: "check" only tests that a renewal would work.
# uses: clean_environment now note finish_run fail_run last_line run_module

set -u
umask 077
LC_ALL=C
export LC_ALL
clean_environment

# The settings file sets all of these.
# shellcheck disable=SC2034 # run_module reads them
cluster='' home='' module=''   # the cluster's name, the folder with its profile, the file of the module EtcdAdmin
command='' check=''            # PowerShell and its arguments, as quoted words: the renewal, and a check that changes nothing
state=''                       # folder of this script's state
settings=$1
# shellcheck source=/dev/null
. "$settings"

request=''
trap 'fail_run "it was stopped, or took longer than it may"' TERM INT
if [ -f "$state/request" ]; then read -r request <"$state/request"; fi
rm -f -- "$state/request" "$state/outcome"

if [ "$request" = check ]; then
    run_module "$check" EtcdCertificateRenewal renewal
    exit 0
fi
run_module "$command" EtcdCertificateRenewal renewal
[ -n "$summary" ] || fail_run "the renewal had no result"
case $summary in renewed*)
    note last_action "$summary"
    note last_action_time "$(now)"
    ;;
esac
finish_run "$summary" || fail_run "$state cannot be written to"
printf '%s\n' "$summary"
