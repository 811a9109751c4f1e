namespace EtcdAdmin.Snapshots;

/// <summary>How a host speaks to an S3-compatible store: with its curl, which signs what it sends.</summary>
/// <remarks>
/// <para>
/// The keys are in a file that curl reads, or on its standard input, and so on no command line. The SHA-256 of what is sent is signed with it, so that the store
/// refuses what was changed on the way; curl does not compute it, and heeds the header with it from 7.87 on (CURLOPT_AWS_SIGV4(3)). Before that it signs an
/// empty content.
/// </para>
/// <para>
/// Nothing is ever overwritten: the store is asked before, and told to refuse. Old versions of some stores do not know the latter.
/// Content-MD5 is what Amazon wants where objects are locked; unlike newer checksums every store takes it. A host that has no MD5 goes without.
/// </para>
/// </remarks>
internal static class StoreShell
{
    /// <summary>Uses <c>s3_url</c>, with a slash at its end, and <c>s3_keys</c>, a configuration of curl, or <c>-</c> for standard input.</summary>
    public const string Ask = """
        empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        told() { # element of the store's answer
            printf '%s' "$answer" | tr -d '\r\n' | sed -n "s/.*<$1>\([^<]*\)<.*/\1/p"
        }
        ask_store() { # SHA-256 of what is sent, arguments of curl; sets answer and status, which is empty where there is none; else why
            sum=$1 status= answer=
            shift
            if ! answer=$(curl -q --silent --show-error --config "$s3_keys" --proto =http,https --connect-timeout 20 --speed-limit 1 --speed-time 300 \
                --header "x-amz-content-sha256: $sum" --write-out '\n%{http_code}' "$@" 2>&1); then
                why="it cannot be reached: $(printf '%s\n' "$answer" | sed -n 's/^curl: ([0-9]*) *//p' | tail -n 1)"
                return 1
            fi
            status=${answer##*[!0-9]}
            case $status in 2??) return 0 ;; esac
            why="it answers $status $(told Code): $(told Message)"
            return 1
        }
        reach_store() { # whether it answers to these keys; that nothing has this name is an answer, too
            ask_store "$empty" "${s3_url}etcdadmin-check" || [ "$(told Code)" = NoSuchKey ]
        }
        """;

    /// <summary>Uses also <c>s3_name</c>, <c>state</c>, <c>destination</c> and the functions of <see cref="SnapshotScript"/>.</summary>
    public const string Send = """
        base64_of() { # hexadecimal digits
            rest=$1 bytes=
            while [ -n "$rest" ]; do
                next=${rest#??}
                bytes=$bytes\\$(printf %03o "0x${rest%"$next"}")
                rest=$next
            done
            printf "$bytes" | base64
        }
        find_object() { # name; sets found to size and SHA-256, empty for nothing; else why
            found=
            if ask_store "$empty" --head "$s3_url$1"; then
                found=$(printf '%s\n' "$answer" | tr -d '\r' | tr A-Z a-z | sed -n 's/^content-length: *//p; s/^x-amz-meta-sha256: */ /p' | sort -r | tr -d '\n')
            elif [ "$status" != 404 ]; then
                before=$why # the answer to a HEAD has no words; if others are refused, too, theirs are better
                if [ -z "$status" ] || reach_store; then why=$before; fi
                return 1
            fi
        }
        put() { # file, name, SHA-256: as a whole, and proved; else why
            bytes=$(($(wc -c <"$1")))
            find_object "$2" || return 1
            if [ -z "$found" ]; then
                md5=$(md5sum <"$1" 2>/dev/null) || md5=
                ask_store "$3" --upload-file "$1" --header "x-amz-meta-sha256: $3" --header 'If-None-Match: *' \
                    ${md5:+--header "Content-MD5: $(base64_of "${md5%% *}")"} "$s3_url$2" || [ "$status" = 412 ] || return 1
                find_object "$2" || return 1
            fi
            [ "$found" = "$bytes $3" ] || { why="it has something else that is called $2"; return 1; }
        }
        send() { # snapshot: itself, then its notes, so that one whose notes are there is whole; else why
            name=${1##*/} status=none
            if [ "$(($(wc -c <"$1")))" -gt 5368709120 ]; then
                why="$name is larger than 5 GiB, the most that a store takes at once; copy it from another machine (Copy-EtcdSnapshot)"
                return 1
            fi
            noted=$(sed -n 's/^ *"sha256": "\([0-9a-f]*\)".*/\1/p' "$1.json")
            sum_now=$(sha256sum <"$1")
            if [ "${sum_now%% *}" != "$noted" ]; then # not every store computes it
                why="$name was changed after it had been verified"
                return 1
            fi
            sum_of_notes=$(sha256sum <"$1.json")
            put "$1" "$name" "$noted" && put "$1.json" "$name.json" "${sum_of_notes%% *}"
        }
        is_sent() { # snapshot
            [ -z "$s3_name" ] || grep -q -x -F -e "$s3_name${1##*/}" "$state/sent" 2>/dev/null
        }
        mark_sent() { # snapshot; of those that are gone nothing is remembered
            {
                while IFS= read -r line; do [ ! -e "$destination/${line##*/}" ] || printf '%s\n' "$line"; done <"$state/sent"
                printf '%s\n' "$s3_name${1##*/}"
            } 2>/dev/null >"$state/sent.part" && mv -f -- "$state/sent.part" "$state/sent"
        }
        send_all() { # newest first; else why
            unsent=0 trouble= enough=
            for snapshot in $(printf '%s\n' "$destination"/etcd-snapshot-*.db | sort -r); do
                if ! is_own "$snapshot" || is_sent "$snapshot"; then continue; fi
                if [ -z "$enough" ] && send "$snapshot"; then
                    mark_sent "$snapshot"
                    note last_sent "$(now)"
                    echo "copied ${snapshot##*/} to $s3_name"
                    [ "$request" != now ] || enough=yes # somebody waits; the others go with the next run
                    continue
                fi
                unsent=$((unsent + 1))
                if [ -z "$enough" ]; then trouble=${trouble:-$why}; fi
                [ -n "$status" ] || enough=yes # one that does not answer is not asked for each
            done
            note last_unsent "$unsent"
            [ -z "$trouble" ] || { why="$unsent of its snapshots could not be copied to $s3_name and are only on this host: $trouble"; return 1; }
        }
        check_store() {
            reach_store || fail "$s3_name is not to be had: $why"
            probe=etcdadmin-check-$host
            printf '%s\n' "$host" >"$state/message"
            sum_of_probe=$(sha256sum <"$state/message")
            ask_store "${sum_of_probe%% *}" --upload-file "$state/message" "$s3_url$probe" || fail "nothing can be written to $s3_name: $why"
            find_object "$probe" || fail "what is in $s3_name cannot be read: $why"
            ask_store "$empty" --request DELETE "$s3_url$probe" || : # keys that may remove nothing are the better ones
        }
        """;
}
