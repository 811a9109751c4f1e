#!/bin/sh
# Written by EtcdAdmin (Register-EtcdHealthMonitor). Changes to this file are lost when the monitor is registered again.
#
# Checks the health of an etcd cluster from this machine. A systemd timer starts this script. PowerShell makes the check, with the
# module EtcdAdmin, and adds the result to the history beside the profile of the cluster. That the cluster is not healthy is a
# result like any other: a run fails only if the check cannot be made or recorded.
#
# $1 settings file
# The file "request" in the state folder says that somebody waits for this run. It is removed when the run begins.
# uses: clean_environment now note finish_run fail_run last_line

set -u
umask 077
LC_ALL=C
export LC_ALL
clean_environment

# The settings file sets all of these.
cluster='' home=''   # the cluster's name, and the folder with its profile
module=''            # the file of the module EtcdAdmin
command=''           # PowerShell and its arguments, as quoted words. It prints the health in one line
state=''             # folder of this script's state
settings=$1
# shellcheck source=/dev/null
. "$settings"

# shellcheck disable=SC2034 # fail_run reads it
request=''
trap 'fail_run "it was stopped, or took longer than it may"' TERM INT
rm -f -- "$state/request" "$state/outcome"

again="register the monitor again (Register-EtcdHealthMonitor $cluster)"
[ -n "$command" ] || fail_run "the settings in $settings are of another version of EtcdAdmin; $again"
[ -f "$home/clusters/$cluster/cluster.json" ] ||
    fail_run "cluster $cluster has no profile in $home; 'Unregister-EtcdHealthMonitor $cluster' removes its monitor"
[ -f "$module" ] || fail_run "the module EtcdAdmin is not at $module any more; $again"
eval "set -- $command"
[ -x "$1" ] || fail_run "PowerShell is not at $1 any more; $again"

ETCDADMIN_HOME=$home
POWERSHELL_UPDATECHECK=Off POWERSHELL_TELEMETRY_OPTOUT=1
export ETCDADMIN_HOME POWERSHELL_UPDATECHECK POWERSHELL_TELEMETRY_OPTOUT
summary=$("$@" 2>"$state/message" </dev/null)
code=$?
if [ "$code" -ne 0 ]; then
    why=$(last_line)
    fail_run "${why:-PowerShell ended with exit code $code, without a message}"
fi
summary=$(printf '%s\n' "$summary" | grep . | tail -n 1)
[ -n "$summary" ] || fail_run "the check had no result"
finish_run "$summary" || fail_run "$state cannot be written to"
printf '%s\n' "$summary"
