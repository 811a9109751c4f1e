# Prints the configuration of a member, and a comment if the member has its own file system.
# $1 configuration, $2 unit or empty

cat -- "$1" || exit 1
if [ -n "$2" ]; then sed -n 's/^AssertPathIsMountPoint=/# volume: /p' "$2"; fi
