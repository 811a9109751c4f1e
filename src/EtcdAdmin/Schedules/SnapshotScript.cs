using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.Schedules;

/// <summary>What the timer starts on a member's host: a POSIX shell script with nothing but the host's own tools and the member's etcd.</summary>
/// <remarks>
/// <para>
/// All hosts are started at about the same time. Whoever gets etcd's lock first takes the snapshot and leaves a key that says so for half a
/// period; the others, who waited for the lock, find it and have nothing to do. A host that dies meanwhile loses the lock
/// with its lease, and the next one in line takes over. Both keys are bound to leases, so nothing of them stays.
/// </para>
/// <para>
/// The file gets its name only when its trailing SHA-256 is right and etcd's own tool could read it. Old ones are removed after
/// that alone, so a valid one is always there; and only those that this script has noted as its own.
/// </para>
/// <para>
/// Where there is a store, what it has not got is copied there at the end of every run, without the lock: also where another host took the snapshot, and where the
/// run failed, as it is then that the cluster may be lost. What has been copied is noted, so what somebody removes there is not copied again. One that is not copied stays
/// beyond the rules, as long as the disk has room; one that will never be, as something else has its name, goes by the rules.
/// </para>
/// </remarks>
internal static class SnapshotScript
{
    /// <summary>Beginning of the lock's and the mark's key.</summary>
    public const string KeyPrefix = "_etcdadmin/snapshot-schedule/";

    /// <summary>How the notes beside its snapshots say who made them; by this it knows its own again.</summary>
    public const string Author = "EtcdAdmin schedule";

    /// <summary>$1 settings; $2 <c>act</c> where it calls itself under the lock.</summary>
    public const string Text = $$"""
        #!/bin/sh
        # Written by EtcdAdmin (Register-EtcdSnapshotSchedule). Changes made here are lost when it is registered again.
        set -u
        umask 077
        LC_ALL=C
        export LC_ALL
        {{EtcdEnvironment.CleanScript}}
        settings=$1
        . "$settings"
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
        host=$(uname -n | tr -cd 'A-Za-z0-9._-')
        mark={{KeyPrefix}}done
        part=

        others() { # name: what the state file says of all others; on a full disk that fails, and what is there stays
            [ -f "$state/state" ] || return 0
            grep -v "^$1=" "$state/state" || [ $? -eq 1 ]
        }
        note() { # name, value: in the state file, in place of what it was
            { others "$1" && printf '%s=%s\n' "$1" "$(printf '%s' "$2" | tr '\n\r' '  ')"; } >"$state/state.part" && mv -f -- "$state/state.part" "$state/state"
        }
        now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
        finish() { # result
            note last_run "$(now)" && note last_result "$1" && printf '%s\n' "$1" >"$state/outcome"
        }
        fail() {
            trap '' TERM INT
            if [ -n "$part" ]; then rm -f -- "$part" "$part.part"; fi
            if [ "${request:-}" = check ]; then # no run, so it says nothing of the last one
                printf '%s\n' "$*" >"$state/message"
                printf '%s\n' "$*" >&2
                exit 1
            fi
            note last_error "$*"
            note last_error_time "$(now)"
            finish failed
            printf '%s\n' "$*" >&2
            exit 1
        }
        stopped='it was stopped, or took longer than it may'
        trap 'trap - EXIT; fail "$stopped"' TERM INT
        last_line() { tail -n 1 "$state/message" 2>/dev/null; }
        ask_mark() { "$ctl" --command-timeout=20s get --print-value-only "$mark" 2>"$state/message"; }
        number() { # name: of a JSON object on standard input
            sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p" | head -n 1
        }
        week_of() { # year, month, day: weeks since 1970, from Monday
            y=$1 m=${2#0} d=${3#0}
            if [ "$m" -le 2 ]; then y=$((y - 1)) m=$((m + 9)); else m=$((m - 3)); fi
            of_era=$((y % 400))
            days=$((y / 400 * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + d - 1 - 719468))
            echo $(((days + 3) / 7))
        }

        is_own() { # snapshot
            grep -q '"createdBy": "{{Author}}' "$1.json" 2>/dev/null && grep -q "\"clusterName\": \"$cluster\"" "$1.json"
        }
        {{StoreShell.Sign}}
        {{StoreShell.Ask}}
        {{StoreShell.Send}}
        remove_old() { # the new snapshot, which is valid
            uncopied=
            newest=0 hours=0 days_kept=0 weeks=0 months=0 years=0
            last_hour= last_day= last_week= last_month= last_year=
            for old in $(printf '%s\n' "$destination"/etcd-snapshot-*.db | sort -r); do
                is_own "$old" || continue
                name=${old##*/etcd-snapshot-}
                year=${name%%-*} rest=${name#*-}
                month=${rest%%-*} rest=${rest#*-}
                day=${rest%%-*} rest=${rest#*-}
                hour=$year-$month-$day-${rest%%.*}
                stays=no
                if [ "$newest" -lt "$keep" ]; then stays=yes newest=$((newest + 1)); fi
                if [ "$hour" != "$last_hour" ] && [ "$hours" -lt "$keep_hourly" ]; then stays=yes hours=$((hours + 1)) last_hour=$hour; fi
                if [ "$year-$month-$day" != "$last_day" ] && [ "$days_kept" -lt "$keep_daily" ]; then
                    stays=yes days_kept=$((days_kept + 1)) last_day=$year-$month-$day
                fi
                if [ "$weeks" -lt "$keep_weekly" ]; then
                    week=$(week_of "$year" "$month" "$day")
                    if [ "$week" != "$last_week" ]; then stays=yes weeks=$((weeks + 1)) last_week=$week; fi
                fi
                if [ "$year-$month" != "$last_month" ] && [ "$months" -lt "$keep_monthly" ]; then stays=yes months=$((months + 1)) last_month=$year-$month; fi
                if [ "$year" != "$last_year" ] && [ "$years" -lt "$keep_yearly" ]; then stays=yes years=$((years + 1)) last_year=$year; fi
                if [ "$stays" = yes ] || [ "$old" = "$1" ]; then continue; fi
                if ! is_sent "$old"; then
                    if ! is_marked unfit "$old"; then uncopied="$old $uncopied"; continue; fi
                    echo "removed $old, which $s3_name cannot get: no rule keeps it" >&2
                else
                    echo "removed $old: no rule keeps it"
                fi
                rm -f -- "$old" "$old.json"
            done
            for old in $uncopied; do # oldest first
                ! has_room "$size" 10 || break
                rm -f -- "$old" "$old.json"
                echo "removed $old, which $s3_name has not got: no rule keeps it, and the disk is nearly full" >&2
            done
        }

        reader() { # what reads snapshots: etcdutl, which is part of etcd from 3.5 on
            if [ -x "$bin/etcdutl" ]; then echo "$bin/etcdutl"; else echo "$ctl"; fi
        }
        check() { # whether this host can do it
            for tool in head tail od sha256sum df sort sed grep sync uname; do
                command -v "$tool" >/dev/null || fail "this host has no $tool"
            done
            [ -x "$ctl" ] || fail "$ctl is not there"
            reads_snapshots "$(reader)" || fail "$bin has no etcdutl, and from etcd 3.6 on only that reads snapshots"
            touch -- "$destination/.writable" 2>/dev/null || fail "$destination cannot be written to"
            rm -f -- "$destination/.writable"
        }
        has_room() { # bytes of the database, how many hundredths of the disk are to stay free beside it
            set -- "$1" "$2" $(df -Pk -- "$destination" | tail -n 1)
            free=$6
            [ "$free" -gt $(($1 / 1024 + $1 / 10240 + 65536 + $4 / 100 * $2)) ]
        }
        {{SnapshotShell.Verify}}
        require_valid() { # file
            verify "$1" "$(reader)" "$state/message" || fail "the snapshot is not whole: $why"
            hash=$(printf '%s\n' "$status" | number hash)
            revision=$(printf '%s\n' "$status" | number revision)
            [ -n "$hash" ] && [ -n "$revision" ] || fail "etcd's own tool says of the snapshot: $status"
        }
        describe() { # file, time: its notes
            keys=$("$ctl" --command-timeout=60s get '' --prefix --keys-only --limit=1 --rev="$revision" -w fields 2>/dev/null |
                sed -n 's/^"Count" : \([0-9]*\)$/  "totalKeys": \1,/p')
            cat >"$1.json.part" <<END
        {
          "format": 1,
          "sha256": "$sha256",
          "size": $size,
          "hash": "$(printf %x "$hash")",
          "revision": $revision,
        $keys
          "clusterName": "$cluster",
          "clusterId": "$(printf %x "$cluster_id")",
          "member": "$member",
          "etcdVersion": "$version",
          "created": "$2",
          "createdBy": "{{Author}}, $(id -un)@$host"
        }
        END
        }

        act() {
            began=$(date +%s)
            rm -f -- "$state/outcome"
            by=$(ask_mark) || fail "etcd at $endpoint does not answer: $(last_line)"
            if [ -n "$by" ] && [ "$request" != now ]; then
                finish "done by $by" || fail "$state cannot be written to"
                return
            fi
            if [ -f "$state/writing" ]; then
                left=$(cat "$state/writing")
                rm -f -- "$left" "$left.part" "$state/writing"
            fi
            status=$("$ctl" --command-timeout=20s endpoint status -w json 2>"$state/message") || fail "etcd at $endpoint does not tell its status: $(last_line)"
            cluster_id=$(printf '%s\n' "$status" | number cluster_id)
            version=$(printf '%s\n' "$status" | sed -n 's/.*"version":"\([0-9A-Za-z.+-]*\)".*/\1/p')
            db_size=$(printf '%s\n' "$status" | number dbSize)
            has_room "$db_size" 0 || fail "$destination has $free kB free, too little for a database of $db_size bytes"
            file=
            while [ -z "$file" ] || [ -e "$file" ]; do # two within a second
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
            mv -- "$part" "$file" || fail "$part cannot be renamed"
            sync -- "$destination" 2>/dev/null || sync
            part=
            rm -f -- "$state/writing"
            note last_success "$time"
            note last_path "$file"
            note last_size "$size"
            note last_sha256 "$sha256"
            note last_revision "$revision"
            echo "took $file: $size bytes, revision $revision"
            [ "$request" = now ] || say_done "$(($(date +%s) - began))"
            remove_old "$file"
            finish taken || fail "$state cannot be written to"
        }
        copy_rest() { # whatever the run came to, which is told where both fail
            code=$?
            trap - EXIT
            # A run that failed ignores both by now, and so would curl.
            if [ "$code" -ne 0 ]; then stopped="$(sed -n 's/^last_error=//p' "$state/state"); $stopped"; fi
            trap 'fail "$stopped"' TERM INT
            send_all && exit "$code"
            if [ "$code" -eq 0 ]; then fail "$why"; fi
            printf '%s\n' "$why" >&2
            exit "$code"
        }
        say_done() { # seconds that it took
            for_seconds=$((done_seconds - $1))
            [ "$for_seconds" -ge 60 ] || for_seconds=60
            lease=$("$ctl" lease grant "$for_seconds" 2>/dev/null | sed -n 's/^lease \([0-9a-f]*\) granted.*/\1/p')
            "$ctl" --command-timeout=20s put --lease="$lease" "$mark" "$member at $time" >/dev/null 2>"$state/message" ||
                echo "the others could not be told, and may take one too: $(last_line)" >&2
        }

        if [ "${2:-}" = act ]; then
            request=${SNAPSHOT_REQUEST:-}
            act
            exit 0
        fi
        request=
        if [ -f "$state/request" ]; then
            request=$(cat "$state/request")
            rm -f -- "$state/request"
        fi
        rm -f -- "$state/outcome"
        # Before anything can fail: a host that can take none is one whose snapshots should leave it.
        if [ -n "$s3_name" ] && [ "$request" != check ]; then trap copy_rest EXIT; fi
        check
        if ! by=$(ask_mark); then
            # A learner serves no such reads, and leaves it to the voters.
            if grep -q 'for learner' "$state/message"; then
                finish "left to the voting members" || fail "$state cannot be written to"
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
            finish "done by $by" || fail "$state cannot be written to"
            echo "nothing to do: done by $by"
            exit 0
        fi
        SNAPSHOT_REQUEST=$request
        export SNAPSHOT_REQUEST
        "$ctl" lock --ttl=30 {{KeyPrefix}}lock sh "$0" "$settings" act
        code=$?
        outcome=$(cat "$state/outcome" 2>/dev/null)
        case $outcome in
            failed) exit 1 ;;
            '') fail "the lock in etcd was not available, or $state cannot be written to (etcdctl ended with $code)" ;;
            *) echo "$outcome" ;;
        esac

        """;
}
