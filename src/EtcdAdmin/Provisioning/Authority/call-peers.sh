# Calls the other members from the host of a member, as that member: with its peer certificate, and trusting its authorities. The check of a
# member's certificate is the same for these calls and for those of members.
# Arguments: authorities, certificate, key, seconds for each call, then the peer URLs
# Lines: call with the URL, and why there was no answer (empty if there was one); or none, if the host has neither openssl 1.1 nor curl
# uses: fact

by_openssl() { # URL: prints what came, or why nothing did
    place=${1#https://}
    host=${place%:*}
    host=${host#[} host=${host%]}
    check=-verify_hostname
    case $host in *:* | [0-9]*.[0-9]*.[0-9]*.*[0-9]) check=-verify_ip ;; esac
    printf 'GET /version HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$place" |
        timeout "$seconds" openssl s_client -quiet -connect "$place" -CAfile "$ca" -cert "$cert" -cert_chain "$cert" -key "$key" \
            -verify 9 -verify_return_error "$check" "${host%%%*}" 2>&1
}
call() { # URL
    if [ -n "$has_openssl" ]; then
        said=$(by_openssl "$1")
        case $said in
            *HTTP/1.*) said= ;;
            *) said=$(printf '%s\n' "$said" | grep -i -e alert -e error -e errno | head -n 1); said=${said:-it did not answer in time} ;;
        esac
    elif said=$(curl -sS -g --http1.1 --max-time "$seconds" --cacert "$ca" --cert "$cert" --key "$key" -o /dev/null "$1/version" 2>&1); then said=
    else said=${said:-curl failed without a message}
    fi
    fact call "$1" "$(printf '%s' "$said" | head -n 1 | tr '\t' ' ')"
}

ca=$1 cert=$2 key=$3 seconds=$4
shift 4
# Only versions with this option send the intermediate authorities with the certificate, as etcd does.
has_openssl=$(openssl s_client -help 2>&1 | grep -e '-cert_chain')
if [ -z "$has_openssl" ] && ! command -v curl >/dev/null; then fact none; exit 0; fi
for url in "$@"; do call "$url" & done
wait
