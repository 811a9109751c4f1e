# Prints which certificates and keys a host has. Private keys are not printed.
# $1 etcdctl, then for each pair: certificate, key
# Lines: tools yes or no; pair with the certificate's path, the key's path, the certificate in base64. A pair without a key is
# left out.
# uses: fact

if [ -x "$1" ]; then fact tools yes; else fact tools no; fi
shift
while [ $# -gt 1 ]; do
    if [ -s "$1" ] && [ -s "$2" ]; then fact pair "$1" "$2" "$(base64 <"$1" | tr -d '\n')"; fi
    shift 2
done
