#!/bin/sh
# Written by EtcdAdmin (Register-EtcdCertificateRenewal -OnHost). Changes to this file are lost when it is registered again.
#
# Renews the certificates of the etcd member on this host. A systemd timer starts this script as root. It issues them with an
# authority of this host, which the authority of the cluster has issued, and which may sign only certificates for the names of this
# host. etcd reads its certificates at each new connection, so it is not restarted. The former files are kept with the ending .former.
# If etcd does not show the new ones, it gets the former ones back.
#
# $1 settings file
# The file "request" in the state folder contains the request, if any: "check" only tests that a renewal would work.
# uses: now note finish_run fail_run last_line as_user

set -u
umask 077
LC_ALL=C
export LC_ALL

# The settings file sets all of these.
cluster='' member=''              # their names
authority='' trusted=''           # the key of this host's authority and its certificates; the authorities that members trust
user=''                           # the member's user: files in its folder are written as this user, because root would follow its links
server_cert='' server_key='' server_url=''
peer_cert='' peer_key='' peer_url=''
days_left='' valid_days=''        # when certificates are renewed; how long the new ones are valid
algorithm=''                      # the arguments of openssl genpkey for new keys; empty keeps the keys
state=''                          # folder of this script's state
settings=$1
# shellcheck source=/dev/null
. "$settings"

request=''
if [ -f "$state/request" ]; then read -r request <"$state/request"; fi
rm -f -- "$state/request" "$state/outcome"
work=$(mktemp -d) || fail_run "no temporary folder can be made"
trap 'rm -rf -- "$work"' EXIT
pending_cert='' pending_key=''   # files of the member that are replaced, and not proved
trap 'fail "it was stopped, or took longer than it may"' TERM INT
again="register it again (Register-EtcdCertificateRenewal $cluster -OnHost)"

fail() { # MESSAGE: the member gets its former files back, if new ones were not proved
    trap '' TERM INT
    [ -z "$pending_cert" ] || put_back "$pending_cert" "$pending_key"
    fail_run "$*"
}

quietly() { # COMMAND...: its messages go to the file for messages
    "$@" >/dev/null 2>"$state/message"
}

until_seconds() { # CERTIFICATE: when it expires, in seconds since 1970
    end=$(openssl x509 -noout -enddate -in "$1" 2>"$state/message") || return 1
    date -u -d "$(echo "${end#notAfter=}" | sed 's/ GMT$//')" +%s
}

stamp() { # SECONDS: as openssl ca takes it
    date -u -d "@$1" +%Y%m%d%H%M%SZ
}

fingerprint() { # reads a certificate
    openssl x509 -noout -fingerprint -sha256 2>/dev/null
}

# ---- This host's authority ----

require_authority() {
    quietly openssl x509 -noout -in "$authority" || fail "the authority of this host in $authority cannot be read; $again"
    sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$authority" >"$work/chain"
    # The authority of the cluster may have been replaced since.
    quietly openssl verify -CAfile "$trusted" -untrusted "$work/chain" "$work/chain" ||
        fail "the members do not trust the authority of this host any more, or it has expired; $again"
    authority_end=$(until_seconds "$authority") || fail "the end of the authority of this host cannot be read: $(last_line)"
    [ $((authority_end - start)) -gt $((days_left * 86400)) ] ||
        fail "the authority of this host expires in $(((authority_end - start) / 86400)) days, and certificates with it; $again"
}

is_due() { # CERTIFICATE KEY: also if they do not match, as after a crash between the two
    ! openssl x509 -noout -checkend $((days_left * 86400)) -in "$1" >/dev/null 2>&1 ||
        [ "$(openssl x509 -noout -pubkey -in "$1" 2>/dev/null)" != "$(openssl pkey -pubout -in "$2" 2>/dev/null)" ]
}

# ---- A certificate ----

names_of() { # CERTIFICATE: its alternative names, as openssl takes them
    openssl x509 -noout -ext subjectAltName -in "$1" 2>"$state/message" | sed -n '2,$p' | tr -d '\n' | sed 's/^ *//; s/IP Address:/IP:/g'
}

# issue WHICH CERTIFICATE KEY: makes WHICH.key and WHICH.crt in the work folder
issue() {
    names=$(names_of "$2")
    # After the operator gave peers an authority of their own, members would not trust a peer certificate of this one.
    quietly openssl verify -no_check_time -CAfile "$trusted" -untrusted "$2" "$2" ||
        fail "the present $1 certificate is of another authority than those in $trusted; renew it from the operator's machine (Update-EtcdCertificate $cluster)"
    [ -n "$names" ] || fail "the names in $2 cannot be read; renew it from the operator's machine (Update-EtcdCertificate $cluster)"
    new=$3
    if [ -n "$algorithm" ]; then
        new=$work/$1.key
        # shellcheck disable=SC2086 # the arguments are meant
        quietly openssl genpkey $algorithm -out "$new" || fail "no key can be made: $(last_line)"
    fi
    usage=digitalSignature
    if openssl rsa -in "$new" -noout 2>/dev/null; then usage=digitalSignature,keyEncipherment; fi
    end=$((start + valid_days * 86400))
    [ "$end" -le "$authority_end" ] || end=$authority_end
    cat >"$work/$1.conf" <<CONF
[ca]
default_ca = own
[own]
new_certs_dir = $work
database = $work/index.txt
default_md = sha256
policy = any
unique_subject = no
x509_extensions = leaf
rand_serial = yes
[any]
commonName = supplied
[req]
distinguished_name = subject
prompt = no
[subject]
CN = $member
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,$usage
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $names
CONF
    : >"$work/index.txt"
    quietly openssl req -new -config "$work/$1.conf" -key "$new" -out "$work/$1.csr" || fail "no request can be made: $(last_line)"
    # Five minutes back: other hosts may have slow clocks.
    quietly openssl ca -batch -notext -config "$work/$1.conf" -cert "$authority" -keyfile "$authority" -in "$work/$1.csr" \
        -out "$work/$1.leaf" -startdate "$(stamp $((start - 300)))" -enddate "$(stamp "$end")" ||
        fail "no certificate can be issued: $(last_line)"
    cat -- "$work/$1.leaf" "$work/chain" >"$work/$1.crt"
    quietly openssl verify -CAfile "$trusted" -untrusted "$work/chain" "$work/$1.leaf" ||
        fail "the new certificate would not be trusted: $(last_line)"
}

as_member() { # SCRIPT ARGUMENTS...
    script=$1
    shift
    as_user "$user" sh -c "$script" sh "$@"
}

# shellcheck disable=SC2016 # it is the inner shell that expands these
put() { # NEW FILE MODE: in place of the file
    as_member 'umask 077; cat >"$1.part" && chmod -- "$2" "$1.part" && mv -f -- "$1.part" "$1"' "$2" "$3" <"$1"
}

# shellcheck disable=SC2016 # as above
take() { # WHICH CERTIFICATE KEY: fails if the files could not be written
    as_member 'umask 077; cp -p -- "$1" "$1.former" && cp -p -- "$2" "$2.former"' "$2" "$3" </dev/null ||
        fail "the present files of the member cannot be kept"
    pending_cert=$2 pending_key=$3
    if [ -n "$algorithm" ] && ! put "$work/$1.key" "$3" 600; then return 1; fi
    put "$work/$1.crt" "$2" 644
}

# shellcheck disable=SC2016 # as above
put_back() { # CERTIFICATE KEY
    as_member 'mv -f -- "$2.former" "$2"; mv -f -- "$1.former" "$1"' "$1" "$2" </dev/null
}

# ---- The proof ----

shown() { # URL: what etcd shows there. An answer proves that it accepts this member's certificate.
    place=${1#https://}
    printf 'GET /version HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$place" |
        timeout 5 openssl s_client -connect "$place" -CAfile "$trusted" -cert "$peer_cert" -key "$peer_key" \
            -cert_chain "$work/chain" -verify_return_error -ign_eof 2>"$state/message"
}

# prove WHICH CERTIFICATE URL: whether etcd shows the new certificate, and answers
prove() {
    wanted=$(fingerprint <"$2")
    tries=0
    while [ "$tries" -lt 10 ]; do
        answer=$(shown "$3")
        case $answer in *HTTP/1.*) [ "$(printf '%s\n' "$answer" | fingerprint)" != "$wanted" ] || return 0 ;; esac
        tries=$((tries + 1))
        sleep 1
    done
    return 1
}

renew() { # WHICH CERTIFICATE KEY URL
    issue "$1" "$2" "$3"
    take "$1" "$2" "$3" || fail "the new $1 certificate cannot be written to $2"
    prove "$1" "$2" "$4" || fail "etcd does not show its new $1 certificate at $4, so it has the former one again: $(last_line)"
    pending_cert='' pending_key=''
    renewed="${renewed:+$renewed, }$1"
}

start=$(date -u +%s)
require_authority
if [ "$request" = check ]; then
    issue server "$server_cert" "$server_key"
    issue peer "$peer_cert" "$peer_key"
    exit 0
fi
renewed=''
if is_due "$server_cert" "$server_key"; then renew server "$server_cert" "$server_key" "$server_url"; fi
if is_due "$peer_cert" "$peer_key"; then renew peer "$peer_cert" "$peer_key" "$peer_url"; fi
if [ -n "$renewed" ]; then
    summary="renewed certificates of member $member: $renewed"
    note last_action "$summary"
    note last_action_time "$(now)"
else summary="nothing is due"
fi
note last_authority_end "$(date -u -d "@$authority_end" +%Y-%m-%dT%H:%M:%SZ)"
finish_run "$summary" || fail_run "$state cannot be written to"
printf '%s\n' "$summary"
