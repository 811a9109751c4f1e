# Checks whether a host can issue certificates. Prints lines problem=...
# $1 user of the member or empty

for tool in openssl timeout mktemp sed date cat cp mv chmod ${1:+runuser}; do
    command -v "$tool" >/dev/null || echo "problem=it has no $tool"
done
if command -v openssl >/dev/null && ! openssl x509 -help 2>&1 | grep -q -e '-ext '; then
    echo "problem=its openssl is older than 1.1.1 ($(openssl version))"
fi
exit 0
