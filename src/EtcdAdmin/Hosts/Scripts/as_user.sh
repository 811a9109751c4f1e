# as_user USER COMMAND...: runs a command as USER. Without USER, or where the script is not run by root, it runs as it is.
as_user() {
    who=$1
    shift
    if [ -n "$who" ] && [ "$(id -u)" -eq 0 ]; then runuser -u "$who" -- "$@"; else "$@"; fi
}
