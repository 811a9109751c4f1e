#!/bin/sh
# Written by EtcdAdmin (Register-EtcdHealthMonitor). Changes to this file are lost when the monitor is registered again.
#
# Checks the health of an etcd cluster from this machine. A systemd timer starts this script. PowerShell makes the check, with the
# module EtcdAdmin, and adds the result to the history beside the profile of the cluster. That the cluster is not healthy is a
# result like any other: a run fails only if the check cannot be made or recorded.
#
# $1 settings file
# The file "request" in the state folder says that somebody waits for this run. It is removed when the run begins.
# uses: clean_environment now note finish_run fail_run last_line run_module

set -u
umask 077
LC_ALL=C
export LC_ALL
clean_environment

# The settings file sets all of these.
# shellcheck disable=SC2034 # run_module reads them
cluster='' home='' module=''   # the cluster's name, the folder with its profile, the file of the module EtcdAdmin
command=''                     # PowerShell and its arguments, as quoted words. It prints the health in one line
state=''                       # folder of this script's state
settings=$1
# shellcheck source=/dev/null
. "$settings"

# shellcheck disable=SC2034 # fail_run reads it
request=''
trap 'fail_run "it was stopped, or took longer than it may"' TERM INT
rm -f -- "$state/request" "$state/outcome"

run_module "$command" EtcdHealthMonitor monitor
[ -n "$summary" ] || fail_run "the check had no result"
finish_run "$summary" || fail_run "$state cannot be written to"
printf '%s\n' "$summary"
