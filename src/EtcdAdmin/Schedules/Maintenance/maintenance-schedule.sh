#!/bin/sh
# Written by EtcdAdmin (Register-EtcdMaintenanceSchedule). Changes to this file are lost when the schedule is registered again.
#
# Keeps the database of an etcd member small. A systemd timer starts this script on the host of every member. Each host looks
# after its own member: where a rule says so, it compacts the history of the cluster and defragments its member. A member does
# not serve meanwhile, so a host does that only under a lock in etcd, while all members serve, and after leadership has moved
# away from its member. The host of the leader waits for the others first.
#
# With the alarm NOSPACE, etcd refuses the lock, because that needs a lease and a key. Then the hosts go one after the other by
# the ids of their members, the leader last, and each waits until the members before it are small. At the end the alarm is
# disarmed. With the alarm CORRUPT nothing is done.
#
# $1 settings file, $2 "act" if the script runs itself under the lock
# The file "request" in the state folder contains the request, if any: "check" only tests that a run would work.
# uses: clean_environment use_etcdctl json_number now note finish_run fail_run last_line

set -u
umask 077
LC_ALL=C
export LC_ALL
clean_environment

# The settings file sets all of these.
member=''                                                           # its name
# shellcheck disable=SC2034 # use_etcdctl reads these
bin='' endpoint='' cacert='' cert='' key='' user='' password=''     # the member, and how to connect to it
data=''                                                             # the folder of its database
lock_prefix=''                                                      # prefix of the keys of this schedule in etcd
state=''                                                            # folder of this script's state
quota_bytes=''                                                      # when etcd raises NOSPACE, before etcd 3.6, which reports it
window_seconds='' limit_seconds=''                                  # for the whole run; for a defragmentation, 0 for its size
fragmentation_percent='' size_bytes='' quota_percent=''             # the rules; size_bytes is 0 for none
gain_bytes=''                                                       # the least that a defragmentation must release
keep=''                                                             # how many revisions stay; 0 for no compaction
allow_leader=''                                                     # yes: leadership is not moved
settings=$1
# shellcheck source=/dev/null
. "$settings"

ctl=''
use_etcdctl
request=''
nospace='' why='' did=''
trap 'fail "it was stopped, or took longer than it may"' TERM INT

fail() { # MESSAGE: what was done before is reported too
    if [ -n "$did" ]; then fail_run "$did; then: $*"; else fail_run "$*"; fi
}

record() { # TEXT: adds it to what this run did
    did=${did:+$did; }$1
    echo "$1"
    note last_action "$did"
    note last_action_time "$(now)"
}

show() { # BYTES
    if [ "$1" -ge 10000000 ]; then echo "$(($1 / 1000000)) MB"; else echo "$(($1 / 1000)) kB"; fi
}

ask() { # ARGUMENTS: runs etcdctl with a short time limit
    "$ctl" --command-timeout=10s "$@" 2>"$state/message"
}

# ---- The members ----

# read_members: sets members to a line for each member that answers: id, size, size in use, quota, id of the leader, revision.
# Fails if none answers.
read_members() {
    status=$(ask endpoint status --cluster -w json)
    members=$(printf '%s\n' "$status" | tr '{' '\n' | grep '"dbSize":' | while IFS= read -r line; do
        id=$(printf '%s\n' "$line" | json_number member_id)
        bytes=$(printf '%s\n' "$line" | json_number dbSize)
        in_use=$(printf '%s\n' "$line" | json_number dbSizeInUse)
        most=$(printf '%s\n' "$line" | json_number dbSizeQuota)
        chief=$(printf '%s\n' "$line" | json_number leader)
        at=$(printf '%s\n' "$line" | json_number revision)
        echo "$id $bytes ${in_use:-0} ${most:-$quota_bytes} ${chief:-0} $at"
    done | sort -u)
    [ -n "$members" ]
}

# read_own: sets own (id), size, used, quota, leader and revision of this host's member
read_own() {
    own=$(ask endpoint status -w json | json_number member_id)
    [ -n "$own" ] && read_members || return 1
    # shellcheck disable=SC2046 # the fields of the line are meant
    set -- $(printf '%s\n' "$members" | grep "^$own ")
    [ $# -eq 6 ] || return 1
    size=$2 used=$3 quota=$4 leader=$5 revision=$6
}

require_own() {
    read_own || fail "etcd at $endpoint does not report its status: $(last_line)"
    [ "$used" -gt 0 ] || fail "etcd at $endpoint does not report how much of its database is in use, as etcd 3.4 and later do"
}

reads() { # URL: whether the member there answers a read that needs the quorum
    ETCDCTL_ENDPOINTS=$1 "$ctl" --command-timeout=5s get --keys-only "${lock_prefix}none" >/dev/null 2>"$state/message" ||
        grep -q 'for learner' "$state/message"
}

# all_serve: whether every member answers at its own address; sets why if not. A member that is being defragmented does not.
all_serve() {
    known=$(ask member list) || { why="the members are not known: $(last_line)"; return 1; }
    while IFS='|' read -r id started name _ url _; do
        if [ "$started" = started ] && reads "${url%%,*}"; then continue; fi
        why="member ${name:-$id} does not serve"
        return 1
    done <<END
$(printf '%s\n' "$known" | sed 's/, /|/g')
END
}

is_large() { # SIZE QUOTA: whether a rule says that a database is large
    if [ "$size_bytes" -gt 0 ] && [ "$1" -ge "$size_bytes" ]; then return 0; fi
    [ $(($1 * 100)) -ge $(($2 * quota_percent)) ]
}

is_full() { # SIZE QUOTA: whether the next writes raise NOSPACE
    [ $(($1 * 100)) -ge $(($2 * 95)) ]
}

pays() { # SIZE USED QUOTA: whether the rules want a defragmentation, and it releases enough
    free=$(($1 - $2))
    if [ -n "$nospace" ] && is_full "$1" "$3"; then [ $((free * 100)) -ge "$1" ]; return; fi
    if [ "$free" -lt "$gain_bytes" ] || [ $((free * 10)) -lt "$1" ]; then return 1; fi
    [ $((free * 100)) -ge $(($1 * fragmentation_percent)) ] || is_large "$1" "$3"
}

# next_member: prints the id of the member that is defragmented next, if any: by their ids, the leader last
next_member() {
    printf '%s\n' "$members" | while read -r id bytes in_use most chief _; do
        pays "$bytes" "$in_use" "$most" || continue
        if [ "$id" = "$chief" ]; then echo "1 $id"; else echo "0 $id"; fi
    done | sort -k1,1n -k2,2n | sed -n '1s/^. //p'
}

any_full() { printf '%s\n' "$members" | while read -r _ bytes _ most _ _; do ! is_full "$bytes" "$most" || echo full; done | grep -q full; }

over() { [ "$(date +%s)" -gt "$deadline" ]; }

# ---- What is done ----

# read_alarms: sets nospace
read_alarms() {
    alarms=$(ask alarm list) || fail "etcd at $endpoint does not answer: $(last_line)"
    nospace=''
    case $alarms in
        *CORRUPT*) fail "the alarm CORRUPT is armed; until the data is repaired (Get-EtcdAlarm, Repair-EtcdMember), nothing is done" ;;
        *NOSPACE*) nospace=yes ;;
    esac
}

compacts() { # whether the history is compacted now
    [ "$keep" -gt 0 ] && [ "$revision" -gt "$keep" ] || return 1
    [ -n "$nospace" ] || is_large "$size" "$quota"
}

compact() { # returns after the own member has deleted the old history
    oldest=$((revision - keep + 1))
    # A member counts the deleted space as free only after the next write to its database. That write is the compaction of the last revision.
    if "$ctl" --command-timeout="${window_seconds}s" compaction --physical $((oldest - 1)) >"$state/message" 2>&1; then sleep 1; fi
    if "$ctl" --command-timeout="${window_seconds}s" compaction --physical "$oldest" >"$state/message" 2>&1; then
        record "compacted the history before revision $oldest"
        note last_compacted "$oldest"
    # etcd refuses what another host did already, but only after the own member has deleted it too.
    elif ! grep -q 'has been compacted' "$state/message"; then
        fail "the history could not be compacted: $(last_line)"
    fi
    require_own
}

# move_away: moves leadership to another voter; the fields are those of all_serve, where etcd 3.4 and later name learners last
move_away() {
    to=$(printf '%s\n' "$known" | grep -v ', true$' | grep -v ", $member, " | head -n 1)
    if [ -z "$to" ]; then why="no other member can lead; -AllowLeader would interrupt the cluster"; return 1; fi
    ask move-leader "${to%%,*}" >/dev/null || { why="leadership did not move: $(last_line)"; return 1; }
    polls=0
    while require_own && [ "$leader" = "$own" ]; do
        polls=$((polls + 1))
        if [ "$polls" -ge 10 ]; then why="leadership did not move within 10 s"; return 1; fi
        sleep 1
    done
    all_serve
}

limit() { # prints how many seconds a defragmentation may take: a slow disk writes some MB per second
    if [ "$limit_seconds" -gt 0 ]; then echo "$limit_seconds"; else echo $((60 + size / 4000000)); fi
}

defragment() {
    ! over || fail "not defragmented, because the window of $((window_seconds / 60)) minutes has ended"
    all_serve || fail "not defragmented, because $why"
    require_own
    # shellcheck disable=SC2046 # the fields of the line are meant
    set -- $(df -Pk -- "$data" | tail -n 1)
    # Beside the copy, etcd needs room for the next file of its log.
    [ "$4" -ge $((used / 1024 + 131072)) ] ||
        fail "not defragmented, because its disk has $(($4 / 1024)) MB free; the copy needs $(show "$used") and a reserve of 134 MB"
    if [ "$leader" = "$own" ] && [ "$allow_leader" != yes ]; then move_away || fail "not defragmented, because its member leads and $why"; fi
    before=$size began=$(date +%s)
    "$ctl" --command-timeout="$(limit)s" defrag >"$state/message" 2>&1 ||
        fail "the defragmentation failed, or took longer than $(limit) s: $(last_line)"
    took=$(($(date +%s) - began)) polls=0
    until reads "$endpoint" && read_own; do
        polls=$((polls + 1))
        [ "$polls" -lt 60 ] || fail "member $member does not serve after its defragmentation: $(last_line)"
        sleep 1
    done
    note last_released "$((before - size))"
    record "defragmented in $took s: $(show $((before - size))) released"
}

# summary RESULT: ends the run
summary() {
    note last_size "$size"
    note last_used "$used"
    finish_run "$1" || fail "$state cannot be written to"
    [ -n "$did" ] || echo "$1"
}

act() { # runs under the lock
    : >"$state/acting"
    ! over || fail "the window of $((window_seconds / 60)) minutes ended before this host had the lock"
    read_alarms
    [ -z "$nospace" ] || fail "the alarm NOSPACE was raised meanwhile; the next run takes care of it"
    require_own
    if compacts; then
        all_serve || fail "not compacted, because $why"
        compact
    fi
    if pays "$size" "$used" "$quota"; then defragment; fi
    summary "${did:-nothing to do}"
}

# recover: with NOSPACE, without a lock
recover() {
    if compacts; then compact; fi
    useless=0
    while read_alarms && [ -n "$nospace" ]; do
        require_own
        next=$(next_member)
        if [ "$next" = "$own" ] && all_serve; then
            defragment
        elif [ -z "$next" ] && ! any_full; then
            all_serve || fail "the alarm NOSPACE was not disarmed, because $why"
            read_alarms # etcdctl disarms all alarms that it finds
            [ -z "$nospace" ] || ask alarm disarm >/dev/null || fail "the alarm NOSPACE could not be disarmed: $(last_line)"
            if ! ask put "${lock_prefix}proof" "$member" >/dev/null || ! ask del "${lock_prefix}proof" >/dev/null; then
                fail "the alarm NOSPACE was disarmed, but etcd does not accept writes: $(last_line)"
            fi
            record "disarmed the alarm NOSPACE"
            return
        else
            [ -z "$next" ] || useless=0
            useless=$((useless + 1))
            if over || { [ -z "$next" ] && [ "$useless" -ge 15 ]; }; then
                fail "the alarm NOSPACE is still armed: ${why:-a database is still full; delete keys, raise the quota, or use Repair-EtcdSpace}"
            fi
            sleep 2
        fi
    done
}

check() { # whether this host can do this
    for tool in df grep head sed sort tail tr uname; do
        command -v "$tool" >/dev/null || fail "this host has no $tool"
    done
    [ -x "$ctl" ] || fail "$ctl is not there"
    df -Pk -- "$data" >/dev/null 2>"$state/message" || fail "$data cannot be read: $(last_line)"
    if [ -z "$lock_prefix" ] || [ -z "$allow_leader" ]; then
        fail "the settings in $settings are of another version of EtcdAdmin; register the schedule again (Register-EtcdMaintenanceSchedule)"
    fi
}

if [ "${2:-}" = act ]; then
    deadline=$MAINTENANCE_DEADLINE
    act
    exit 0
fi

# ---- A run ----

if [ -f "$state/request" ]; then
    request=$(cat "$state/request")
    rm -f -- "$state/request"
fi
rm -f -- "$state/outcome" "$state/acting"
check
deadline=$(($(date +%s) + window_seconds))
alarms=$(ask alarm list) || {
    # A learner answers almost nothing, and it cannot be defragmented.
    if grep -q 'for learner' "$state/message"; then
        finish_run "nothing to do: its member is a learner" || fail "$state cannot be written to"
        exit 0
    fi
}
read_alarms
require_own
if [ "$request" = check ]; then
    note last_check "$(now)" || fail "$state cannot be written to"
    exit 0
fi
if [ -n "$nospace" ]; then
    recover
    require_own
    summary "${did:-nothing to do: another host disarmed the alarm NOSPACE}"
    exit 0
fi
if ! compacts && ! pays "$size" "$used" "$quota"; then
    summary "nothing to do: the database has $(show "$size"), $((size * 100 / quota)) % of its quota, and $(((size - used) * 100 / size)) % of it are free"
    exit 0
fi
all_serve || fail "nothing was done, because $why"
# The leader goes last: then leadership moves once, and not from member to member.
half=$(($(date +%s) + window_seconds / 2))
while [ "$leader" = "$own" ] && next=$(next_member) && [ -n "$next" ] && [ "$next" != "$own" ] && [ "$(date +%s)" -lt "$half" ]; do
    sleep 5
    require_own
done
MAINTENANCE_DEADLINE=$deadline
export MAINTENANCE_DEADLINE
# While the own member is defragmented it may not keep the lock alive, so that must outlast the defragmentation.
"$ctl" lock --ttl=$(($(limit) + 60)) "${lock_prefix}lock" sh "$0" "$settings" act &
lock=$!
while kill -0 "$lock" 2>/dev/null && [ ! -e "$state/acting" ] && ! over; do sleep 1; done
if [ ! -e "$state/acting" ] && over; then
    kill "$lock" 2>/dev/null # whoever gets the lock now finds that the window has ended
    wait "$lock"
    fail "another host held the lock until the window of $((window_seconds / 60)) minutes ended"
fi
wait "$lock"
code=$?
outcome=$(cat "$state/outcome" 2>/dev/null)
case $outcome in
    failed) exit 1 ;;
    '') fail "the lock in etcd was not available, or $state cannot be written to (etcdctl ended with $code)" ;;
esac
