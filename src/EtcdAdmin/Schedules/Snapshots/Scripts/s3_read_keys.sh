# s3_read_keys: reads the keys of a store from standard input, lines access_key=... and secret_key=...
# Sets s3_access and s3_secret (the first signing key, in hexadecimal digits); fails if a line is missing.
s3_read_keys() {
    s3_access='' s3_secret=''
    while IFS= read -r line; do
        case $line in
            access_key=*) s3_access=${line#*=} ;;
            secret_key=*) s3_secret=$(printf %s "AWS4${line#*=}" | od -An -v -tx1 | tr -d ' \n') ;;
        esac
    done
    line=''
    [ -n "$s3_access" ] && [ -n "$s3_secret" ]
}
