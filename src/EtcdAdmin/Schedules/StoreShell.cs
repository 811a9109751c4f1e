namespace EtcdAdmin.Schedules;

/// <summary>How a host speaks to an S3-compatible store: with any curl, and with requests that the shell signs.</summary>
/// <remarks>
/// <para>
/// Signature Version 4 needs nothing but HMAC-SHA256, and that nothing but sha256sum and the shell's own printf and arithmetic. A curl that signs would be newer than many hosts
/// have (7.87, CURLOPT_AWS_SIGV4(3): before that it signs an empty content), and an openssl wants the key on its command line. Here the secret is in variables
/// of the shell and in what it writes into pipes; curl gets the finished signature on its standard input.
/// </para>
/// <para>
/// Nothing is ever overwritten: the store is asked before, and told to refuse. Old versions of some stores do not know the latter.
/// Content-MD5 is what Amazon wants where objects are locked; unlike newer checksums every store takes it. A host that has no MD5 goes without.
/// </para>
/// <para>Sources: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk"; RFC 2104.</para>
/// </remarks>
internal static class StoreShell
{
    /// <summary>HMAC-SHA256 and Signature Version 4. Uses <c>s3_url</c> and what <c>read_keys</c> sets; wants <c>LC_ALL=C</c>, in which a character is a byte and names are in the order of their bytes.</summary>
    public const string Sign = """
        read_keys() { # from standard input
            s3_access= s3_secret=
            while IFS= read -r line; do
                case $line in
                    access_key=*) s3_access=${line#*=} ;;
                    secret_key=*) s3_secret=$(printf %s "AWS4${line#*=}" | od -An -v -tx1 | tr -d ' \n') ;;
                esac
            done
            line=
            [ -n "$s3_access" ] && [ -n "$s3_secret" ]
        }
        escaped() { # hexadecimal digits, number: for printf, each byte changed by the number (exclusive or)
            rest=$1 bytes=
            while [ -n "$rest" ]; do
                next=${rest#??}
                byte=${rest%"$next"}
                byte=$((0x$byte ^ $2))
                bytes=$bytes\\$((byte >> 6))$((byte >> 3 & 7))$((byte & 7))
                rest=$next
            done
            printf '%s' "$bytes"
        }
        hmac() { # key in hexadecimal digits, message; sets mac to hexadecimal digits
            block=$1
            if [ "${#block}" -gt 128 ]; then
                block=$(printf "$(escaped "$block" 0)" | sha256sum)
                block=${block%% *}
            fi
            while [ "${#block}" -lt 128 ]; do block=${block}00; done
            mac=$({ printf "$(escaped "$block" 54)" && printf '%s' "$2"; } | sha256sum)
            mac=$(printf "$(escaped "$block" 92)$(escaped "${mac%% *}" 0)" | sha256sum)
            mac=${mac%% *}
        }
        sign() { # method, name, SHA-256 of what is sent, more headers as name:value; prints what curl is to be told, as its configuration
            method=$1 path=${s3_url#*://} sum=$3
            authority=${path%%/*} path=/${path#*/}$2
            shift 3
            at=$(date -u +%Y%m%dT%H%M%SZ)
            scope=${at%T*}/$s3_region/s3/aws4_request
            headers=$(printf '%s\n' "host:$authority" "x-amz-content-sha256:$sum" "x-amz-date:$at" "$@" | sort)
            names=$(printf '%s\n' "$headers" | sed 's/:.*//' | tr '\n' ';')
            names=${names%;}
            hash=$(printf '%s\n%s\n\n%s\n\n%s\n%s' "$method" "$path" "$headers" "$names" "$sum" | sha256sum)
            hmac "$s3_secret" "${at%T*}"
            hmac "$mac" "$s3_region"
            hmac "$mac" s3
            hmac "$mac" aws4_request
            hmac "$mac" "$(printf '%s\n' AWS4-HMAC-SHA256 "$at" "$scope" "${hash%% *}")"
            case $method in HEAD) echo head ;; DELETE) echo 'request = "DELETE"' ;; esac
            printf '%s\n' "$headers" | sed '/^host:/d; s/^\([^:]*\):\(.*\)/header = "\1: \2"/'
            printf 'header = "Authorization: AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"\n' "$s3_access/$scope" "$names" "$mac"
        }
        """;

    /// <summary>Uses <see cref="Sign"/>, <c>s3_url</c> with a slash at its end, <c>s3_region</c>, and the file <c>s3_keys</c> where keys have not been read before.</summary>
    public const string Ask = """
        empty=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        s3_access= s3_secret=
        can_ask() { # whether there is what signs and sends; else why
            for needed in curl date od sed sha256sum sort tr; do
                command -v "$needed" >/dev/null || { why="this host has no $needed"; return 1; }
            done
            [ "$(command -v printf)" = printf ] || { why="this host's shell has no printf of its own, and another program would show the keys to everybody"; return 1; }
        }
        told() { # element of the store's answer; it may be meant for a terminal
            printf '%s' "$answer" | tr -d '\1-\37\177' | sed -n "s/.*<$1>\([^<]*\)<.*/\1/p"
        }
        ask_store() { # file that is sent or empty, method, name, SHA-256 of what is sent, more headers as name:value; sets answer and status, which is empty where there is none; else why
            sent=$1 status= answer=
            shift
            if [ -z "$s3_secret" ]; then
                can_ask || return 1
                read_keys <"$s3_keys" || { why="there are no keys in $s3_keys that can be read"; return 1; }
            fi
            if ! answer=$(sign "$@" | curl -q --silent --show-error --config - --proto =http,https --connect-timeout 20 --speed-limit 1 --speed-time 300 \
                --write-out '\n%{http_code}' ${sent:+--upload-file "$sent"} "$s3_url$2" 2>&1); then
                why="it cannot be reached: $(printf '%s\n' "$answer" | sed -n 's/^curl: ([0-9]*) *//p' | tail -n 1 | tr -d '\1-\37\177')"
                return 1
            fi
            status=${answer##*[!0-9]}
            case $status in 2??) return 0 ;; esac
            why="it answers $status $(told Code): $(told Message)"
            return 1
        }
        reach_store() { # whether it answers to these keys; that nothing has this name is an answer, too
            ask_store '' GET etcdadmin-check "$empty" || [ "$(told Code)" = NoSuchKey ]
        }
        """;

    /// <summary>Uses also <c>s3_name</c>, <c>state</c>, <c>destination</c> and the functions of <see cref="SnapshotScript"/>.</summary>
    public const string Send = """
        find_object() { # name; sets found to size and SHA-256, empty for nothing; else why
            found=
            if ask_store '' HEAD "$1" "$empty"; then
                found=$(printf '%s\n' "$answer" | tr -d '\r' | tr A-Z a-z | sed -n 's/^content-length: *//p; s/^x-amz-meta-sha256: */ /p' | sort -r | tr -d '\1-\37\177')
            elif [ "$status" != 404 ]; then
                before=$why # the answer to a HEAD has no words; if others are refused, too, theirs are better
                if [ -z "$status" ] || reach_store; then why=$before; fi
                return 1
            fi
        }
        size_of() { # file; sets bytes; else why
            bytes=$(wc -c <"$1") && [ -n "$bytes" ] || { why="$1 cannot be read"; return 1; } # no number would end a shell
            bytes=$((bytes)) # some wc put blanks before it
        }
        put() { # file, name, SHA-256: as a whole, and proved; else why
            size_of "$1" || return 1
            find_object "$2" || return 1
            if [ -z "$found" ]; then
                md5=
                if command -v md5sum >/dev/null && command -v base64 >/dev/null; then
                    sum_md5=$(md5sum <"$1" 2>/dev/null) && md5=$(printf "$(escaped "${sum_md5%% *}" 0)" | base64) || md5=
                fi
                ask_store "$1" PUT "$2" "$3" "x-amz-meta-sha256:$3" 'if-none-match:*' ${md5:+"content-md5:$md5"} || [ "$status" = 412 ] || return 1
                answered=$status
                find_object "$2" || return 1
                if [ "$answered" != 412 ] && [ "$found" != "$bytes $3" ]; then
                    why="it does not keep what it is sent, with its SHA-256 (x-amz-meta-sha256); of $2 it has '$found'"
                    return 1
                fi
            fi
            [ "$found" = "$bytes $3" ] || { never=yes why="it has something else that is called $2; another cluster may copy there too: give each cluster a prefix of its own"; return 1; }
        }
        send() { # snapshot: itself, then its notes, so that one whose notes are there is whole; else why, and never where that stays so
            name=${1##*/} status=none never=
            size_of "$1" || return 1
            if [ "$bytes" -gt 5368709120 ]; then
                never=yes why="$name is larger than 5 GiB, the most that a store takes at once; copy it from another machine (Copy-EtcdSnapshot)"
                return 1
            fi
            noted=$(sed -n 's/^ *"sha256": "\([0-9a-f]*\)".*/\1/p' "$1.json")
            sum_now=$(sha256sum <"$1") || { why="$1 cannot be read"; return 1; }
            if [ "${sum_now%% *}" != "$noted" ]; then # not every store computes it
                never=yes why="$name was changed after it had been verified"
                return 1
            fi
            sum_of_notes=$(sha256sum <"$1.json")
            put "$1" "$name" "$noted" && put "$1.json" "$name.json" "${sum_of_notes%% *}"
        }
        is_sent() { # snapshot: to this store, as another may have a bucket of the same name
            [ -z "$s3_url" ] || is_marked sent "$1"
        }
        is_marked() { # sent or unfit, snapshot
            grep -q -x -F -e "$s3_url${2##*/}" "$state/$1" 2>/dev/null
        }
        mark() { # sent or unfit, snapshot; of those that are gone nothing is remembered
            {
                while IFS= read -r line; do [ ! -e "$destination/${line##*/}" ] || printf '%s\n' "$line"; done <"$state/$1"
                printf '%s\n' "$s3_url${2##*/}"
            } 2>/dev/null >"$state/$1.part" && mv -f -- "$state/$1.part" "$state/$1"
        }
        send_all() { # newest first; else why
            unsent=0 trouble= enough=
            for snapshot in $(printf '%s\n' "$destination"/etcd-snapshot-*.db | sort -r); do
                if ! is_own "$snapshot" || is_sent "$snapshot"; then continue; fi
                if [ -z "$enough" ] && send "$snapshot"; then
                    mark sent "$snapshot"
                    note last_sent "$(now)"
                    echo "copied ${snapshot##*/} to $s3_name"
                    [ "$request" != now ] || enough=yes # somebody waits; the others go with the next run
                    continue
                fi
                unsent=$((unsent + 1))
                if [ -z "$enough" ]; then
                    trouble=${trouble:-$why}
                    # It is told with every run, but the rules need not wait for it.
                    if [ -n "$never" ] && ! is_marked unfit "$snapshot"; then mark unfit "$snapshot"; fi
                fi
                [ -n "$status" ] || enough=yes # one that does not answer is not asked for each
            done
            note last_unsent "$unsent"
            [ -z "$trouble" ] || { why="$unsent of its snapshots could not be copied to $s3_name and are only on this host: $trouble"; return 1; }
        }
        check_store() { # as a snapshot is copied, and under a name that nothing has
            reach_store || fail "$s3_name is not available: $why"
            probe=etcdadmin-check-$host-$(date -u +%Y%m%dT%H%M%SZ)-$$
            printf '%s\n' "$probe" >"$state/message"
            sum_of_probe=$(sha256sum <"$state/message")
            find_object "$probe" || fail "what is in $s3_name cannot be read: $why"
            put "$state/message" "$probe" "${sum_of_probe%% *}" || refused=$why
            [ -z "$status" ] || ask_store '' DELETE "$probe" "$empty" || : # keys that may remove nothing are the better ones
            [ -z "${refused:-}" ] || fail "nothing can be copied to $s3_name: $refused"
        }
        """;
}
