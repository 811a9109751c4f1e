# is_there PATH: whether it is there. What cannot be looked at is not missing: the test of a path that may not be reached fails,
# too. That ends the script with 45 (MemberDataCheck.UnreadableCode), and says why on standard error.
is_there() {
    if [ -e "$1" ]; then return 0; fi
    said=$(LC_ALL=C ls -dL -- "$1" 2>&1 >/dev/null) || case $said in *'No such file or directory'*) return 1 ;; esac
    echo "${said:-$1 cannot be read}" >&2
    exit 45
}
