# as_user USER COMMAND...: runs a command as USER. If USER is empty or the script does not run as root, the command runs as the
# current user.
as_user() {
    who=$1
    shift
    if [ -n "$who" ] && [ "$(id -u)" -eq 0 ]; then runuser -u "$who" -- "$@"; else "$@"; fi
}
