# run_module COMMAND NOUN WORD: runs COMMAND (PowerShell and its arguments, as quoted words) for a timer on this machine, and sets summary to
# the last line that it prints. NOUN is that of the timer's cmdlets, WORD what messages call it.
# uses: fail_run last_line
# shellcheck disable=SC2034,SC2154 # the settings of the script have cluster, home, module, settings and state; it uses summary
run_module() {
    again="register the $3 again (Register-$2 $cluster)"
    [ -n "$1" ] || fail_run "the settings in $settings are of another version of EtcdAdmin; $again"
    [ -f "$home/clusters/$cluster/cluster.json" ] ||
        fail_run "cluster $cluster has no profile in $home; 'Unregister-$2 $cluster' removes its $3"
    [ -f "$module" ] || fail_run "the module EtcdAdmin is not at $module any more; $again"
    eval "set -- $1"
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
}
