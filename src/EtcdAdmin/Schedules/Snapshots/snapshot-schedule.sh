#!/bin/sh
# Written by EtcdAdmin (Register-EtcdSnapshotSchedule). Changes to this file are lost when the schedule is registered again.
#
# Takes a snapshot of an etcd cluster, verifies it, removes old snapshots, and copies snapshots that are missing in a store to
# it. A systemd timer starts this script on the host of every member at about the same time. The first host that gets the lock
# in etcd takes the snapshot. It then writes a key that says so and expires after half a period. The other hosts wait for the
# lock, find the key and do nothing. If a host fails during the snapshot, its lock expires with its lease, and the next host in
# line takes the snapshot.
#
# $1 settings file, $2 "act" if the script runs itself under the lock
# The file "request" in the state folder contains the request, if any: "now" takes a snapshot in any case, "check" only tests
# that a run would work.
# uses: clean_environment use_etcdctl now note finish_run fail_run last_line
# uses: reads_snapshots verify_snapshot json_number manifest_value unkept_snapshots
# uses: file_size s3_ask s3_reach s3_find s3_put

set -u
umask 077
LC_ALL=C
export LC_ALL
clean_environment

# The settings file sets all of these.
cluster='' member=''                                                # names
# shellcheck disable=SC2034 # use_etcdctl reads these
bin='' endpoint='' cacert='' cert='' key='' user='' password=''     # the member, and how to connect to it
lock_prefix=''                                                      # prefix of the keys of this schedule in etcd
destination='' state=''                                             # folders: of the snapshots, and of this script's state
author=''                                                           # who takes the snapshots, as written in their manifests
# shellcheck disable=SC2034 # functions read s3_region and s3_keys
s3_name='' s3_url='' s3_region='' s3_keys=''                        # the store; s3_name is empty if there is no store
done_seconds=''                                                     # how long a snapshot counts for all hosts
keep='' keep_hourly='' keep_daily='' keep_weekly='' keep_monthly='' keep_yearly=''
settings=$1
# shellcheck source=/dev/null
. "$settings"

# Functions set these.
size='' sha256='' status='' why='' bytes='' never=''

ctl=''
use_etcdctl
host=$(uname -n | tr -cd 'A-Za-z0-9._-')
done_key=${lock_prefix}done
part=''
request=''
stopped='it was stopped, or took longer than it may'

fail() { # MESSAGE
    trap '' TERM INT
    if [ -n "$part" ]; then rm -f -- "$part" "$part.part"; fi
    fail_run "$*"
}
trap 'trap - EXIT; fail "$stopped"' TERM INT

# ---- Snapshots of this schedule ----

is_own() { # SNAPSHOT: whether this schedule took it, of this cluster
    [ "$(manifest_value "$1.json" clusterName)" = "$cluster" ] || return 1
    case $(manifest_value "$1.json" createdBy) in "$author"*) return 0 ;; esac
    return 1
}

own_snapshots() { # newest first
    printf '%s\n' "$destination"/etcd-snapshot-*.db | sort -r | while IFS= read -r snapshot; do
        if is_own "$snapshot"; then printf '%s\n' "$snapshot"; fi
    done
}

# The rules apply to each cluster id separately: a restore gives the cluster a new id, and new snapshots must not displace older
# ones.
unkept_own_snapshots() {
    listed=$(own_snapshots | while IFS= read -r snapshot; do
        id=$(manifest_value "$snapshot.json" clusterId)
        printf '%s %s\n' "${id:-$cluster}" "$snapshot"
    done)
    for series in $(printf '%s\n' "$listed" | sed 's/ .*//' | sort -u); do
        printf '%s\n' "$listed" | while read -r id snapshot; do
            if [ "$id" = "$series" ]; then printf '%s\n' "$snapshot"; fi
        done | unkept_snapshots "$keep" "$keep_hourly" "$keep_daily" "$keep_weekly" "$keep_monthly" "$keep_yearly"
    done
}

remove_old() { # NEW: path of the new snapshot, which is valid and is kept
    uncopied=''
    for old in $(unkept_own_snapshots | sort); do # oldest first
        [ "$old" != "$1" ] || continue
        if is_sent "$old"; then
            echo "removed $old: no rule keeps it"
        elif is_marked unfit "$old"; then
            echo "removed $old, which $s3_name cannot get: no rule keeps it" >&2
        else
            uncopied="$uncopied $old"
            continue
        fi
        rm -f -- "$old" "$old.json"
    done
    for old in $uncopied; do
        ! has_room "$size" 10 || break
        rm -f -- "$old" "$old.json"
        echo "removed $old, which $s3_name has not got: no rule keeps it, and the disk is nearly full" >&2
    done
}

# ---- Copies in the store ----
# Each run ends with copying the snapshots that the store does not have, without the lock. This includes runs in which another
# host took the snapshot, and failed runs, because then the cluster may be about to be lost. The script records which snapshots
# were copied, so that snapshots deleted from the store are not copied again. A snapshot that is not copied yet is kept longer
# than the rules say, as long as the disk has space. A snapshot that can never be copied is kept only as long as the rules say.

is_marked() { # LIST SNAPSHOT: whether SNAPSHOT is on the list "sent" or "unfit" of this store (identified by its URL)
    grep -q -x -F -e "$s3_url${2##*/}" "$state/$1" 2>/dev/null
}

is_sent() { # SNAPSHOT: whether it was copied to the store; yes if there is no store
    [ -z "$s3_url" ] || is_marked sent "$1"
}

mark() { # LIST SNAPSHOT: adds SNAPSHOT to the list, and removes snapshots that no longer exist from it
    {
        while IFS= read -r line; do [ ! -e "$destination/${line##*/}" ] || printf '%s\n' "$line"; done <"$state/$1"
        printf '%s\n' "$s3_url${2##*/}"
    } 2>/dev/null >"$state/$1.part" && mv -f -- "$state/$1.part" "$state/$1"
}

# send SNAPSHOT: copies the snapshot, then its manifest, so a snapshot with a manifest in the store is complete. On failure,
# sets why, and sets never if no retry can succeed.
send() {
    name=${1##*/} status=none never=''
    file_size "$1" || return 1
    if [ "$bytes" -gt 5368709120 ]; then
        never=yes why="$name is larger than 5 GiB, the most that a store takes at once; copy it from another machine (Copy-EtcdSnapshot)"
        return 1
    fi
    noted=$(manifest_value "$1.json" sha256)
    sum_now=$(sha256sum <"$1") || { why="$1 cannot be read"; return 1; }
    if [ "${sum_now%% *}" != "$noted" ]; then # not every store computes the hash itself
        never=yes why="$name was changed after it had been verified"
        return 1
    fi
    sum_of_manifest=$(sha256sum <"$1.json")
    s3_put "$1" "$name" "$noted" && s3_put "$1.json" "$name.json" "${sum_of_manifest%% *}"
}

send_all() { # newest first; on failure, sets why
    unsent=0 trouble='' enough=''
    for snapshot in $(own_snapshots); do
        ! is_sent "$snapshot" || continue
        if [ -z "$enough" ] && send "$snapshot"; then
            mark sent "$snapshot"
            note last_sent "$(now)"
            echo "copied ${snapshot##*/} to $s3_name"
            [ "$request" != now ] || enough=yes # an operator waits for this run; the next run copies the other snapshots
            continue
        fi
        unsent=$((unsent + 1))
        if [ -z "$enough" ]; then
            trouble=${trouble:-$why}
            # This is reported in every run, but the retention rules need not wait for it.
            if [ -n "$never" ] && ! is_marked unfit "$snapshot"; then mark unfit "$snapshot"; fi
        fi
        [ -n "$status" ] || enough=yes # if the store does not answer, do not try the other snapshots
    done
    note last_unsent "$unsent"
    [ -z "$trouble" ] || { why="$unsent of its snapshots could not be copied to $s3_name and are only on this host: $trouble"; return 1; }
}

copy_rest() { # at the end of every run, failed or not; if both the run and the copying fail, both are reported
    code=$?
    trap - EXIT
    # After a failed run these signals are ignored, and curl would inherit that.
    if [ "$code" -ne 0 ]; then stopped="$(sed -n 's/^last_error=//p' "$state/state"); $stopped"; fi
    trap 'fail "$stopped"' TERM INT
    if send_all; then exit "$code"; fi
    if [ "$code" -eq 0 ]; then fail "$why"; fi
    printf '%s\n' "$why" >&2
    exit "$code"
}

check_store() { # copies a test object in the same way as a snapshot, under an unused name
    s3_reach || fail "$s3_name is not available: $why"
    probe=etcdadmin-check-$host-$(date -u +%Y%m%dT%H%M%SZ)-$$
    printf '%s\n' "$probe" >"$state/message"
    sum_of_probe=$(sha256sum <"$state/message")
    s3_find "$probe" || fail "what is in $s3_name cannot be read: $why"
    refused=''
    s3_put "$state/message" "$probe" "${sum_of_probe%% *}" || refused=$why
    [ -z "$status" ] || s3_ask '' DELETE "$probe" '' || : # safer keys do not allow deletion, so a failure here is ignored
    [ -z "$refused" ] || fail "nothing can be copied to $s3_name: $refused"
}

# ---- A new snapshot ----

reader() { # the tool that reads snapshots: etcdutl, which is part of etcd 3.5 and later
    if [ -x "$bin/etcdutl" ]; then echo "$bin/etcdutl"; else echo "$ctl"; fi
}

check() { # whether this host can take snapshots
    for tool in head tail od sha256sum df sort sed grep sync uname; do
        command -v "$tool" >/dev/null || fail "this host has no $tool"
    done
    [ -x "$ctl" ] || fail "$ctl is not there"
    reads_snapshots "$(reader)" || fail "$bin has no etcdutl, and from etcd 3.6 on only that reads snapshots"
    touch -- "$destination/.writable" 2>/dev/null || fail "$destination cannot be written to"
    rm -f -- "$destination/.writable"
}

has_room() { # BYTES PERCENT: whether a database of BYTES fits on the disk and leaves PERCENT free; sets free, in kB
    # shellcheck disable=SC2046 # the fields of the line are meant
    set -- "$1" "$2" $(df -Pk -- "$destination" | tail -n 1)
    free=$6
    [ "$free" -gt $(($1 / 1024 + $1 / 10240 + 65536 + $4 * $2 / 100)) ]
}

require_valid() { # FILE: also sets hash and revision
    verify_snapshot "$1" "$(reader)" "$state/message" || fail "the snapshot is not whole: $why"
    hash=$(printf '%s\n' "$status" | json_number hash)
    revision=$(printf '%s\n' "$status" | json_number revision)
    if [ -z "$hash" ] || [ -z "$revision" ]; then fail "etcd's own tool says of the snapshot: $status"; fi
}

describe() { # FILE TIME: writes its manifest, in the format of SnapshotManifest; no tool reports the compactRevision
    keys=$("$ctl" --command-timeout=60s get '' --prefix --keys-only --limit=1 --rev="$revision" -w fields 2>/dev/null |
        sed -n 's/^"Count" : \([0-9]*\)$/  "totalKeys": \1,/p')
    ran=$([ -z "$version" ] || printf '  "etcdVersion": "%s",' "$version")
    sed '/^$/d' >"$1.json.part" <<END # lines of unknown values are empty, and are left out
{
  "format": 2,
  "sha256": "$sha256",
  "size": $size,
  "compression": "none",
  "encrypted": false,
  "databaseSha256": "$sha256",
  "hash": "$(printf %x "$hash")",
  "revision": $revision,
$keys
  "clusterName": "$cluster",
  "clusterId": "$(printf %x "$cluster_id")",
  "member": "$member",
$ran
  "created": "$2",
  "createdBy": "$author, $(id -un)@$host"
}
END
}

ask_done() { # prints which member took the snapshot in this period
    "$ctl" --command-timeout=20s get --print-value-only "$done_key" 2>"$state/message"
}

say_done() { # SECONDS: records that this member took the snapshot; SECONDS is how long it took
    for_seconds=$((done_seconds - $1))
    [ "$for_seconds" -ge 60 ] || for_seconds=60
    lease=$("$ctl" lease grant "$for_seconds" 2>/dev/null | sed -n 's/^lease \([0-9a-f]*\) granted.*/\1/p')
    "$ctl" --command-timeout=20s put --lease="$lease" "$done_key" "$member at $time" >/dev/null 2>"$state/message" ||
        echo "the others could not be told, and may take one too: $(last_line)" >&2
}

act() { # runs under the lock
    began=$(date +%s)
    rm -f -- "$state/outcome"
    by=$(ask_done) || fail "etcd at $endpoint does not answer: $(last_line)"
    if [ -n "$by" ] && [ "$request" != now ]; then
        finish_run "done by $by" || fail "$state cannot be written to"
        return
    fi
    if [ -f "$state/writing" ]; then
        left=$(cat "$state/writing")
        rm -f -- "$left" "$left.part" "$state/writing"
    fi
    status=$("$ctl" --command-timeout=20s endpoint status -w json 2>"$state/message") || fail "etcd at $endpoint does not tell its status: $(last_line)"
    cluster_id=$(printf '%s\n' "$status" | json_number cluster_id)
    version=$(printf '%s\n' "$status" | sed -n 's/.*"version":"\([0-9A-Za-z.+-]*\)".*/\1/p')
    db_size=$(printf '%s\n' "$status" | json_number dbSize)
    has_room "$db_size" 0 || fail "$destination has $free kB free, too little for a database of $db_size bytes"
    file=''
    while [ -z "$file" ] || [ -e "$file" ]; do # avoids the name of a snapshot taken in the same second
        [ -z "$file" ] || sleep 1
        time=$(now)
        file=$destination/etcd-snapshot-$(printf '%s' "$time" | sed 's/T/-/; s/:/./g; s/Z$//').db
    done
    part=$file.part
    printf '%s\n' "$part" >"$state/writing"
    "$ctl" snapshot save "$part" >"$state/message" 2>&1 || fail "the snapshot could not be taken: $(last_line)"
    require_valid "$part"
    describe "$file" "$time"
    sync -- "$part" "$file.json.part" 2>/dev/null || sync
    mv -f -- "$file.json.part" "$file.json"
    mv -- "$part" "$file" || fail "$part cannot be renamed" # after its verification; before that no old snapshot is removed
    sync -- "$destination" 2>/dev/null || sync
    part=''
    rm -f -- "$state/writing"
    note last_success "$time"
    note last_path "$file"
    note last_size "$size"
    note last_sha256 "$sha256"
    note last_revision "$revision"
    echo "took $file: $size bytes, revision $revision"
    [ "$request" = now ] || say_done "$(($(date +%s) - began))"
    remove_old "$file"
    finish_run taken || fail "$state cannot be written to"
}

# Without an author, every snapshot of the cluster would count as this schedule's, and old ones would be removed.
if [ -z "$author" ] || [ -z "$lock_prefix" ]; then
    fail "the settings in $settings are of another version of EtcdAdmin; register the schedule again (Register-EtcdSnapshotSchedule)"
fi

if [ "${2:-}" = act ]; then
    request=${SNAPSHOT_REQUEST:-}
    act
    exit 0
fi

# ---- A run ----

if [ -f "$state/request" ]; then
    request=$(cat "$state/request")
    rm -f -- "$state/request"
fi
rm -f -- "$state/outcome"
# Set this before anything can fail: a host that cannot take snapshots should still copy the ones it has.
if [ -n "$s3_name" ] && [ "$request" != check ]; then trap copy_rest EXIT; fi
check
if ! by=$(ask_done); then
    # A learner does not serve such reads, and leaves the snapshot to the voters.
    if grep -q 'for learner' "$state/message"; then
        finish_run "left to the voting members" || fail "$state cannot be written to"
        exit 0
    fi
    fail "etcd at $endpoint does not answer: $(last_line)"
fi
if [ "$request" = check ]; then
    [ -z "$s3_name" ] || check_store
    note last_check "$(now)" || fail "$state cannot be written to"
    exit 0
fi
if [ -n "$by" ] && [ "$request" != now ]; then
    finish_run "done by $by" || fail "$state cannot be written to"
    echo "nothing to do: done by $by"
    exit 0
fi
SNAPSHOT_REQUEST=$request
export SNAPSHOT_REQUEST
"$ctl" lock --ttl=30 "${lock_prefix}lock" sh "$0" "$settings" act
code=$?
outcome=$(cat "$state/outcome" 2>/dev/null)
case $outcome in
    failed) exit 1 ;;
    '') fail "the lock in etcd was not available, or $state cannot be written to (etcdctl ended with $code)" ;;
    *) echo "$outcome" ;;
esac
